import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as ts from 'typescript';
import { sourceFiles } from '../../support/localisedTexts';

describe('docs/troubleshooting.md', () => {
  const headings = [...readFileSync('docs/troubleshooting.md', 'utf8').matchAll(/^### (.*)$/gm)].map(
    ([, text]) => text!,
  );
  let texts: string[];

  before(() => {
    texts = sourceFiles('src').flatMap(file => textsIn(readFileSync(file, 'utf8')));
  });

  it('quotes a message in every heading, each once', () => {
    assert.ok(headings.length > 60);
    assert.equal(new Set(headings).size, headings.length);
    for (const heading of headings) assert.match(heading, /^".*[^\s…".].*"$/);
  });

  it('quotes no message that the product does not say any more', () => {
    const gone = headings.filter(heading => !texts.some(text => says(text, heading.slice(1, -1))));
    assert.deepEqual(gone, []);
  });

  it('would notice a word that changed', () => {
    assert.ok(says('… has 3 nodes of ….', '… has 3 nodes of ….'));
    for (const other of ['… has 4 nodes of ….', '… has 3 nodes', 'has 3 nodes of ….', '… of … has 3 nodes'])
      assert.equal(says('… has 3 nodes of ….', other), false, other);
  });
});

/** Whether a text of the source, `…` where something is put in, can read as the quoted message, `…` where that leaves out. */
function says(text: string, quoted: string): boolean {
  const pattern = quoted.split('…').map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`, 's').test(text);
}

/** Every text in quotation marks, whole where it is put together by `+`. */
function textsIn(source: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text !== undefined) found.push(text.replace(/\{\d\}/g, '…'));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest));
  return found;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => `…${literal.text}`)].join('');
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined && right === undefined ? undefined : `${left ?? '…'}${right ?? '…'}`;
}
