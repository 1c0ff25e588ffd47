import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A call of `l10n.t` in the sources. */
export interface LocalisedCall {
  /** `src/extension/prompts.ts:12`. */
  place: string;
  /** What it is found by in a bundle: its text, or `text/comment`; undefined where that is not written out in the call. */
  key: string | undefined;
  /** It runs when its module is loaded. */
  isEarly: boolean;
}

/** Every call of `l10n.t` below a folder, as a parser sees it. */
export function localisedCalls(folder: string): LocalisedCall[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /(?<!\.d)\.ts$/.test(name))
    .flatMap(name => callsIn(join(folder, name)));
}

function callsIn(path: string): LocalisedCall[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const calls: LocalisedCall[] = [];
  const visit = (node: ts.Node, isEarly: boolean): void => {
    if (ts.isCallExpression(node) && /(^|\.)l10n\s*\.t$/.test(node.expression.getText(source))) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      calls.push({ place: `${path}:${line}`, key: keyOf(node.arguments[0]), isEarly });
    }
    const within = isEarly && !ts.isFunctionLike(node);
    ts.forEachChild(node, child => visit(child, within));
  };
  visit(source, true);
  return calls;
}

function keyOf(argument: ts.Expression | undefined): string | undefined {
  if (!argument || !ts.isObjectLiteralExpression(argument)) return textOf(argument);
  const message = textOf(valueOf(argument, 'message'));
  const comment = valueOf(argument, 'comment');
  if (message === undefined || !comment) return message;
  const comments = ts.isArrayLiteralExpression(comment) ? comment.elements.map(textOf) : [textOf(comment)];
  return comments.includes(undefined) ? undefined : `${message}/${comments.join('')}`;
}

function valueOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const property = object.properties.find(each => each.name?.getText() === name);
  return property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
}

function textOf(expression: ts.Expression | undefined): string | undefined {
  return expression && ts.isStringLiteralLike(expression) ? expression.text : undefined;
}
