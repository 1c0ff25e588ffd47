import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A call of `l10n.t` in the sources. */
export interface LocalisedCall {
  /** `src/extension/prompts.ts:12`. */
  place: string;
  /** What it is found by in a bundle: its text, or `text/comment`; undefined where that is not written out in the call. */
  key: string | undefined;
  /** What is said, without its comment; undefined where that is not written out in the call. */
  text: string | undefined;
  /** It runs when its module is loaded. */
  isEarly: boolean;
}

/** Every call of `l10n.t` below a folder, as a parser sees it. */
export function localisedCalls(folder: string): LocalisedCall[] {
  return sourceFiles(folder).flatMap(callsIn);
}

/** Every TypeScript file below a folder but declarations. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /(?<!\.d)\.ts$/.test(name))
    .map(name => join(folder, name));
}

function callsIn(path: string): LocalisedCall[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const calls: LocalisedCall[] = [];
  const visit = (node: ts.Node, isEarly: boolean): void => {
    if (ts.isCallExpression(node) && /(^|\.)l10n\s*\.t$/.test(node.expression.getText(source))) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const [argument] = node.arguments;
      calls.push({ place: `${path}:${line}`, key: keyOf(argument), text: messageOf(argument), isEarly });
    }
    const within = isEarly && !ts.isFunctionLike(node);
    ts.forEachChild(node, child => visit(child, within));
  };
  visit(source, true);
  return calls;
}

function keyOf(argument: ts.Expression | undefined): string | undefined {
  const message = messageOf(argument);
  const comment = argument && ts.isObjectLiteralExpression(argument) ? valueOf(argument, 'comment') : undefined;
  if (message === undefined || !comment) return message;
  const comments = ts.isArrayLiteralExpression(comment) ? comment.elements.map(textOf) : [textOf(comment)];
  return comments.includes(undefined) ? undefined : `${message}/${comments.join('')}`;
}

function messageOf(argument: ts.Expression | undefined): string | undefined {
  return textOf(argument && ts.isObjectLiteralExpression(argument) ? valueOf(argument, 'message') : argument);
}

function valueOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const property = object.properties.find(each => each.name?.getText() === name);
  return property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
}

function textOf(expression: ts.Expression | undefined): string | undefined {
  return expression && ts.isStringLiteralLike(expression) ? expression.text : undefined;
}
