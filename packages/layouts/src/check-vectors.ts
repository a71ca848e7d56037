/** What a framework would make of the vectors of a collection, and of the table that holds them. */
import { isDense } from '@vsm/core/adapter';
import { primaryVector } from './adapt.ts';
import { finding, type LayoutFinding } from './finding.ts';
import type { Form } from './form.ts';
import type { Observed } from './observed.ts';
import type { StoredRecord } from './stored-record.ts';

export function vectorFindings(description: Observed['description'], form: Form, title: string): LayoutFinding[] {
  const name = primaryVector(description, form);
  if (name === undefined && form.sparse !== undefined && description.vectors[form.sparse]?.kind === 'sparse') {
    return [
      finding('vector', 'fine', `"${form.sparse}" is there, which ${title} searches where it has sparse vectors alone`),
    ];
  }
  const found = [form.vector, form.vectorBesideSparse].includes(name) ? name : undefined;
  const wanted = found ?? form.vector;
  const label = wanted === '' ? 'the unnamed vector' : `the vector "${wanted}"`;
  if (found === undefined) {
    const names = Object.keys(description.vectors).map((one) => (one === '' ? 'an unnamed one' : `"${one}"`));
    return [finding('vector', 'problem', `${title} searches ${label}, and there is ${names.join(', ') || 'none'}`)];
  }
  const vector = description.vectors[found];
  const findings = [finding('vector', 'fine', `${label} is there, which ${title} searches`)];
  if (vector?.kind !== 'dense') return findings;
  findings.push(
    vector.dimension === undefined
      ? finding('dimension', 'note', 'the store does not say how many dimensions it has')
      : finding('dimension', 'fine', `it has ${vector.dimension} dimensions: so must the embedding model`),
  );
  if (form.metric !== undefined) {
    const same = vector.metric === form.metric;
    findings.push(
      finding(
        'metric',
        same ? 'fine' : 'note',
        same
          ? `it is compared by ${form.metric}, as ${title} does unless told otherwise`
          : `${title} compares by ${form.metric} unless told otherwise, and this is compared by ${vector.metric ?? 'nothing that the store tells'}`,
      ),
    );
  }
  return findings;
}

export function tableFindings(observed: Observed | undefined, { table }: Form, title: string): LayoutFinding[] {
  const columns = observed?.columns;
  if (columns === undefined || table === undefined) return [];
  const wanted: readonly [string, string | undefined, string | undefined][] = [
    ['id', table.id.column, columns.id],
    ['text', table.document?.column, columns.document],
    ['metadata', table.metadata.column, columns.metadata],
    ['vector', table.vector.column, columns.vector],
  ];
  const wrong = wanted.filter(([, column, present]) => column !== undefined && column !== present);
  if (wrong.length === 0) return [finding('table', 'fine', `its columns are those that ${title} reads`)];
  // LlamaIndex for Python makes tables that are known by the number of a row.
  const tolerated = wrong.every(([what, column]) => what === 'id' && columns.fields.includes(column ?? ''));
  return [
    finding(
      'table',
      tolerated ? 'fine' : 'problem',
      wrong
        .map(
          ([what, column, present]) =>
            `the ${what} is in "${present ?? 'no column'}", and ${title} looks in "${column}"`,
        )
        .join('; '),
    ),
  ];
}

export function fillingFindings(records: readonly StoredRecord[], { padTo }: Form, title: string): LayoutFinding[] {
  const from = padTo === undefined ? undefined : filledFrom(records);
  return from === undefined
    ? []
    : [
        finding(
          'dimension',
          'note',
          `${title} has filled the vectors up with zeros from ${from} on: to cut that off, say dimension=${from}`,
        ),
      ];
}

/** From which component on all sampled vectors are zero, where that is not the end (Open WebUI in Postgres). */
function filledFrom(records: readonly StoredRecord[]): number | undefined {
  let length = 0;
  let used = 0;
  for (const { vectors } of records) {
    const vector = vectors[''];
    if (vector === undefined || !isDense(vector)) return undefined;
    length = Math.max(length, vector.length);
    for (let at = vector.length; at > used; at -= 1) {
      if (vector[at - 1] !== 0) used = Math.max(used, at);
    }
  }
  return used > 0 && used < length ? used : undefined;
}
