// What one store has otherwise than another, as far as both declare it.
import type { Capabilities } from '../../packages/core/src/index.ts';
import { and, type Store } from '../../scripts/stores/facts.ts';
import { metadataText } from '../../scripts/stores/phrases.ts';

const KINDS = { dense: 'unnamed', named: 'named', sparse: 'sparse', multi: 'multi' } as const;
const IDS = { string: 'text', uuid: 'UUID', uint64: 'integer' } as const;

const ROWS: readonly (readonly [string, (capabilities: Capabilities) => string])[] = [
  ['ids', ({ ids }) => and(ids.map((kind) => IDS[kind]))],
  ['vectors', ({ vectors }) => and(vectors.map((kind) => KINDS[kind]))],
  ['datatypes', ({ datatypes }) => and(datatypes)],
  ['metrics', ({ metrics }) => and(metrics)],
  ['namespaces', ({ namespaces }) => (namespaces ? 'yes' : 'none: they are kept in `__vsm`')],
  ['text', ({ document }) => documentText(document)],
  ['metadata', ({ metadata }) => metadataText(metadata)],
  ['records without a vector', ({ emptyRecords }) => (emptyRecords ? 'yes' : 'rejected by id')],
  ['vectors of zeros', ({ zeroVectors }) => (zeroVectors ? 'yes' : 'rejected by id')],
  ['most dimensions', ({ limits }) => limits.dimension?.toString() ?? 'no limit known'],
];

function documentText(document: boolean | string): string {
  if (document === true) return 'beside the metadata';
  return document === false ? 'no place of its own' : `metadata field \`${document}\``;
}

export function differences(from: Store, to: Store): string {
  const rows = ROWS.map(([what, say]) => [what, say(from.capabilities), say(to.capabilities)] as const).filter(
    ([, here, there]) => here !== there,
  );
  if (rows.length === 0) return 'Both hold the same.';
  const table = [
    `| | ${from.name} | ${to.name} |`,
    '| --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ];
  return `${table.join('\n')}\n\n${kinds(from.capabilities, to)}`.trim();
}

function kinds(from: Capabilities, to: Store): string {
  const missing = from.vectors.filter((kind) => kind !== 'dense' && !to.capabilities.vectors.includes(kind));
  const metrics = from.metrics.filter((metric) => !to.capabilities.metrics.includes(metric));
  return [
    ...missing.map(
      (kind) =>
        `${to.name} has no ${KINDS[kind]} vectors: a collection that has some is refused until \`--allow-loss ${kind}-vectors\` says to go on without them.`,
    ),
    ...(metrics.length === 0
      ? []
      : [
          `A collection with ${and(metrics)} is refused, since ${to.name} does not compare so; \`--metric\` names another where you mean it.`,
        ]),
  ].join(' ');
}
