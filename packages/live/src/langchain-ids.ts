import { randomUUID } from 'node:crypto';
import type { DocumentInterface } from '@langchain/core/documents';
import { ValidationError, VsmError } from '@vsm/core';

/** What a vector store may be told when documents are added: their ids, and what else it knows. */
export interface AddOptions extends Readonly<Record<string, unknown>> {
  readonly ids?: readonly string[] | undefined;
}

/** Ids as they are given, in the options before the documents; what has none gets one. */
export function documentIds(documents: readonly DocumentInterface[], options: AddOptions | undefined): string[] {
  const ids = options?.ids;
  if (ids !== undefined && ids.length !== documents.length) {
    throw new ValidationError(
      `${documents.length} documents cannot be added under ${ids.length} ids: give one for each.`,
    );
  }
  return documents.map(({ id }, at) => ids?.[at] ?? id ?? randomUUID());
}

/** The ids of a deletion that is told nothing else. */
export function onlyIds(params: Readonly<Record<string, unknown>> | undefined): string[] {
  const { ids, ...others } = params ?? {};
  const more = Object.entries(others).filter(([, value]) => value !== undefined);
  if (more.length === 0 && Array.isArray(ids)) return ids.map(String);
  const given = more.length === 0 ? 'nothing' : more.map(([name]) => `"${name}"`).join(', ');
  throw new VsmError(
    'UNSUPPORTED',
    `Nothing was deleted: a deletion needs the ids, and no more, so that marks can name them, but was told ${given}. Search for the documents, and delete by { ids }.`,
  );
}
