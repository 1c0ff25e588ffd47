import * as ts from 'typescript';

/**
 * Every place of a script where text could become code, as it stands there: `eval`, the constructor of functions under whatever
 * name, timers that are given text, and the module that runs scripts.
 */
export function findDynamicCode(text) {
  const found = [];
  const visit = node => {
    if (isDynamic(node)) found.push(textAround(node));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('bundle.js', text, ts.ScriptTarget.ES2023, true));
  return found;
}

function isDynamic(node) {
  if (ts.isIdentifier(node)) return isGlobalName(node, 'Function') || isGlobalName(node, 'eval');
  if (!ts.isCallExpression(node)) return false;
  const { expression, arguments: given } = node;
  const [first] = given;
  if (first === undefined) return false;
  const called = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
  if (called === 'setTimeout' || called === 'setInterval') return isText(first);
  return called === 'require' && isText(first) && /^(node:)?vm$/.test(first.text);
}

/** Not the key of something, nor a name declared here. */
function isGlobalName(node, name) {
  const { parent } = node;
  if (node.text !== name) return false;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node)
    return ['globalThis', 'window', 'self', 'global'].includes(parent.expression.getText());
  return !('name' in parent && parent.name === node) && !ts.isTypeReferenceNode(parent);
}

function isText(node) {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

function textAround(node) {
  const called = ts.isNewExpression(node.parent) || ts.isCallExpression(node.parent) ? node.parent : node;
  return called.getText().replace(/\s+/g, ' ').slice(0, 80);
}
