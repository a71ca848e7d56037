import type { KeyGrammar } from '../spec/v1.ts';

/** Compiled once: this is asked for every key of every record. */
const compiled = new Map<string, RegExp>();

function expressionOf({ pattern }: KeyGrammar): RegExp {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    expression = new RegExp(`^(?:${pattern})$`, 'v');
    compiled.set(pattern, expression);
  }
  return expression;
}

/** Why a store with this grammar has no such key; reads on from "the key". */
export function grammarProblem(key: string, grammar: KeyGrammar): string | undefined {
  if (key.length > grammar.length) return `is over ${grammar.length} characters`;
  return expressionOf(grammar).test(key) ? undefined : `is not of the form ${grammar.pattern}`;
}

/** Keys of the grammar that resemble another key, the nearest first: always the same ones for the same key. */
export function similarKeys(key: string, grammar: KeyGrammar): readonly string[] {
  const plain = key.replaceAll(/[^0-9A-Za-z_]/gv, '_');
  const small = plain.slice(0, 1).toLowerCase() + plain.slice(1);
  const candidates = [plain, small, `_${plain}`, `${small.slice(0, grammar.length - 1)}_`];
  return candidates
    .map((candidate) => candidate.slice(0, grammar.length))
    .filter((candidate) => candidate !== key && grammarProblem(candidate, grammar) === undefined);
}
