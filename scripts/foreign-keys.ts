// A key that comes from data may be `constructor` or `__proto__`, so that no object is asked by it with `[key]` or `in`: `own` and `setOwn`
// of core, `Object.hasOwn` or a Map do that. By types: whatever is asked by a text that no type knows. `// own key` behind a line says that
// the key cannot be foreign there.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SyntaxKind, type BinaryExpression, type ElementAccessExpression, type Node } from 'typescript/unstable/ast';
import { API, TypeFlags, type Checker } from 'typescript/unstable/sync';

const root = join(import.meta.dirname, '..');
const SOURCES = /^(?:packages|emulators)\/[^/]+\/src\/(?!.*\.test\.ts$)/;
const MARK = /\/\/ own key\b/;

/** The object and the key, where a node asks one by the other. */
function lookup(node: Node): { readonly object: Node; readonly key: Node } | undefined {
  // Deleting takes only what an object has of its own.
  if (node.kind === SyntaxKind.ElementAccessExpression && node.parent.kind !== SyntaxKind.DeleteExpression) {
    const { expression, argumentExpression } = node as ElementAccessExpression;
    return { object: expression, key: argumentExpression };
  }
  if (node.kind !== SyntaxKind.BinaryExpression) return undefined;
  const { left, operatorToken, right } = node as BinaryExpression;
  return operatorToken.kind === SyntaxKind.InKeyword ? { object: right, key: left } : undefined;
}

function isAnyText(key: Node, checker: Checker): boolean {
  const flags = checker.getTypeAtLocation(key)?.flags ?? 0;
  return (flags & (TypeFlags.String | TypeFlags.TemplateLiteral | TypeFlags.Any | TypeFlags.Unknown)) !== 0;
}

/** Whether the code around says that the object has the key: it was asked with `Object.hasOwn`, or the key comes from there. */
function isKnown({ object, key }: { readonly object: Node; readonly key: Node }): boolean {
  const [from, name] = [object.getText(), key.getText()];
  const signs = [`Object.hasOwn(${from}, ${name})`, `Object.keys(${from})`, `const ${name} in ${from})`];
  for (let around: Node | undefined = key.parent; around !== undefined && !isFunction(around); around = around.parent) {
    const text = around.getText();
    if (signs.some((sign) => text.includes(sign))) return true;
  }
  return false;
}

/** A named one: what stands before it says nothing about its parameters. */
function isFunction({ kind }: Node): boolean {
  return kind === SyntaxKind.FunctionDeclaration || kind === SyntaxKind.MethodDeclaration;
}

/** A name that begins as ours do, such as `k${index}`. */
function isOurs(key: Node): boolean {
  return key.kind === SyntaxKind.TemplateExpression && !key.getText().startsWith('`${');
}

/** Lines of a file, from 1, that ask an object by a foreign key. */
function foreignLookups(file: Node, text: string, checker: Checker): number[] {
  const lines = text.split('\n');
  const found = new Set<number>();
  const visit = (node: Node): void => {
    const asked = lookup(node);
    if (asked !== undefined && isAnyText(asked.key, checker) && !isKnown(asked) && !isOurs(asked.key)) {
      const line = text.slice(0, asked.key.pos + 1).split('\n').length;
      if (!MARK.test(lines[line - 1] ?? '')) found.add(line);
    }
    node.forEachChild(visit);
  };
  visit(file);
  return [...found];
}

const api = new API({ cwd: root });
try {
  const config = join(root, 'tsconfig.json');
  const project = api.updateSnapshot({ openProjects: [config] }).getProjects()[0];
  if (project === undefined) throw new Error(`TypeScript opened nothing for ${config}`);
  const { program, checker } = project;
  const files = program.getSourceFileNames().filter((name) => SOURCES.test(relative(root, name)));
  if (files.length === 0) throw new Error('No source file was found.');
  for (const name of files) {
    const file = program.getSourceFile(name);
    if (file === undefined) continue;
    const text = readFileSync(name, 'utf8');
    for (const line of foreignLookups(file, text, checker)) {
      console.error(`${relative(root, name)}:${line}: ${(text.split('\n')[line - 1] ?? '').trim()}`);
      process.exitCode = 1;
    }
  }
} finally {
  api.close();
}
