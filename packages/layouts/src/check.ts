import { idKind, isDense, type CallOptions, type VectorStoreV1 } from '@vsm/core/adapter';
import { primaryVector } from './adapt.ts';
import { formOf, parseLayout } from './choice.ts';
import { decodeDocument, REST_KEY, type StoredRecord } from './codec.ts';
import type { Form } from './form.ts';
import { isNodeContent } from './nodes.ts';
import { field, observe, type Observed } from './observed.ts';
import { columnsFor } from './opening.ts';
import { textPlace, unfold } from './payload.ts';

/** What a framework would make of a collection. */
export interface LayoutCheck {
  readonly layout: string;
  readonly collection: string;
  /** No finding is a problem. */
  readonly passed: boolean;
  readonly findings: readonly LayoutFinding[];
}

export interface LayoutFinding {
  readonly about:
    | 'text'
    | 'metadata'
    | 'ids'
    | 'vector'
    | 'metric'
    | 'dimension'
    | 'scope'
    | 'nodes'
    | 'table'
    | 'kept aside';
  /** `problem`: the framework fails or finds nothing. `note`: it works, and something is to be known. */
  readonly level: 'fine' | 'note' | 'problem';
  readonly detail: string;
}

const SAMPLE = 100;

/**
 * Says what the framework of a layout would find in a collection, from its description and its first records. Reads only.
 * @throws ValidationError for an unknown layout, CollectionNotFoundError for an unknown collection
 */
export async function checkLayout(
  store: VectorStoreV1,
  collectionName: string,
  layout: string,
  options: CallOptions = {},
): Promise<LayoutCheck> {
  const choice = parseLayout(layout);
  const { store: kind, form } = formOf(choice, store.adapter);
  const adapterOptions = columnsFor(form, choice.options, 'target');
  const collection = await store.openCollection(collectionName, { ...options, adapterOptions });
  const description = await collection.describe(options);
  const page = await collection.scan({ limit: SAMPLE, include: ['vectors', 'metadata'] }, options);
  const place = textPlace(kind, store.capabilities);
  const records = page.records.map((record) => unfold(record, place));
  const observed = observe(store, collectionName, description, page.records);
  const { title } = choice.framework;
  const findings =
    records.length === 0
      ? [finding('text', 'note', 'the collection is empty')]
      : [
          textFinding(records, form, title),
          ...metadataFindings(records, form),
          ...nodeFindings(records, form, title),
          idFinding(records, form, title),
          ...scopeFindings(records, form, title),
          ...keptAside(records),
          ...fillingFindings(records, form, title),
        ];
  const all = [...findings, ...vectorFindings(description, form, title), ...tableFindings(observed, form, title)];
  return { layout, collection: collectionName, passed: all.every(({ level }) => level !== 'problem'), findings: all };
}

function finding(about: LayoutFinding['about'], level: LayoutFinding['level'], detail: string): LayoutFinding {
  return { about, level, detail };
}

/** "all 100", "3 of 100" or "none of 100". */
function share(count: number, { length }: readonly unknown[]): string {
  return count === length
    ? `all ${length} sampled records`
    : `${count === 0 ? 'none' : count} of ${length} sampled records`;
}

function textFinding(records: readonly StoredRecord[], form: Form, title: string): LayoutFinding {
  const place =
    form.text === undefined
      ? 'in its node'
      : form.text === 'document'
        ? 'as document'
        : `in the field "${form.text.field}"`;
  const count = records.filter((record) => decodeDocument(record, form).text !== undefined).length;
  const detail = `${share(count, records)} have a text ${place}, where ${title} looks for it`;
  return finding(
    'text',
    count === records.length ? 'fine' : form.textRequired === true || count === 0 ? 'problem' : 'note',
    detail,
  );
}

function metadataFindings(records: readonly StoredRecord[], form: Form): LayoutFinding[] {
  if (form.metadata === 'root') return [];
  const { field: name } = form.metadata;
  const count = records.filter((record) => {
    const value = field(record, name);
    return typeof value === 'object';
  }).length;
  return [
    finding(
      'metadata',
      count === records.length ? 'fine' : 'problem',
      `${share(count, records)} have their metadata in the field "${name}", where filters look for it`,
    ),
  ];
}

function nodeFindings(records: readonly StoredRecord[], { nodes }: Form, title: string): LayoutFinding[] {
  if (nodes === undefined) return [];
  const count = records.filter((record) => isNodeContent(field(record, '_node_content'))).length;
  return [
    finding(
      'nodes',
      count === records.length ? 'fine' : 'problem',
      `${share(count, records)} have a node in "_node_content", without which ${title} cannot read one`,
    ),
  ];
}

function idFinding(records: readonly StoredRecord[], form: Form, title: string): LayoutFinding {
  const { ids, id } = form;
  if (id !== undefined) {
    const count = records.filter((record) => {
      const { vectors: _vectors, ...document } = decodeDocument(record, form);
      return id.encode({ ...document, vectors: {} }).id === record.id || id.kind === 'same';
    }).length;
    return finding(
      'ids',
      count === records.length ? 'fine' : 'problem',
      `${share(count, records)} have the id that ${title} makes of its own, by which it deletes and replaces`,
    );
  }
  if (ids === undefined) return finding('ids', 'fine', `${title} takes any id`);
  const count = records.filter((record) => ids.includes(idKind(record.id))).length;
  return finding(
    'ids',
    count === records.length ? 'fine' : 'problem',
    `${share(count, records)} have an id that ${title} can address (${ids.join(' or ')})`,
  );
}

function scopeFindings(records: readonly StoredRecord[], { scope }: Form, title: string): LayoutFinding[] {
  if (scope === undefined) return [];
  const values = new Set(
    records.map((record) => field(record, scope.field)).filter((value) => typeof value === 'string'),
  );
  const count = records.filter((record) => typeof field(record, scope.field) === 'string').length;
  const of = values.size > 3 ? `${values.size} of them` : [...values].map((value) => `"${value}"`).join(', ');
  const detail = `${share(count, records)} say in "${scope.field}" whose they are${count === 0 ? '' : ` (${of})`}`;
  if (count === records.length) return [finding('scope', 'fine', detail)];
  const needed = scope.when === 'required' || scope.otherwise !== undefined;
  return [
    finding(
      'scope',
      needed ? 'problem' : 'note',
      `${detail}${needed ? `: ${title} filters by it and finds no others` : ''}`,
    ),
  ];
}

function keptAside(records: readonly StoredRecord[]): LayoutFinding[] {
  const envelopes = records.filter((record) => typeof field(record, '__vsm') === 'string').length;
  const rests = records.filter((record) => typeof field(record, REST_KEY) === 'string').length;
  return [
    ...(envelopes > 0
      ? [
          finding(
            'kept aside',
            'note',
            `${share(envelopes, records)} keep something in "__vsm" that the store cannot hold and the framework does not see`,
          ),
        ]
      : []),
    ...(rests > 0
      ? [
          finding(
            'kept aside',
            'note',
            `${share(rests, records)} keep something in "${REST_KEY}" that this form has no place for`,
          ),
        ]
      : []),
  ];
}

function vectorFindings(description: Observed['description'], form: Form, title: string): LayoutFinding[] {
  const name = primaryVector(description, form);
  if (name === undefined && form.sparse !== undefined && description.vectors[form.sparse]?.kind === 'sparse') {
    return [
      finding('vector', 'fine', `"${form.sparse}" is there, which ${title} searches where it has sparse vectors alone`),
    ];
  }
  const label = form.vector === '' ? 'the unnamed vector' : `the vector "${form.vector}"`;
  if (name !== form.vector) {
    // LlamaIndex for Python reads collections of its older versions, which have the unnamed vector.
    const read = name === '' && form.nodes?.dialect === 'python';
    const names = Object.keys(description.vectors).map((one) => (one === '' ? 'an unnamed one' : `"${one}"`));
    return [
      finding(
        'vector',
        read ? 'note' : 'problem',
        `${title} searches ${label}, and there is ${names.join(', ') || 'none'}`,
      ),
    ];
  }
  const vector = description.vectors[name];
  const found = [finding('vector', 'fine', `${label} is there, which ${title} searches`)];
  if (vector?.kind !== 'dense') return found;
  found.push(
    vector.dimension === undefined
      ? finding('dimension', 'note', 'the store does not say how many dimensions it has')
      : finding('dimension', 'fine', `it has ${vector.dimension} dimensions: so must the embedding model`),
  );
  if (form.metric !== undefined) {
    const same = vector.metric === form.metric;
    found.push(
      finding(
        'metric',
        same ? 'fine' : 'note',
        same
          ? `it is compared by ${form.metric}, as ${title} does unless told otherwise`
          : `${title} compares by ${form.metric} unless told otherwise, and this is compared by ${vector.metric ?? 'nothing that the store tells'}`,
      ),
    );
  }
  return found;
}

function tableFindings(observed: Observed | undefined, { table }: Form, title: string): LayoutFinding[] {
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

function fillingFindings(records: readonly StoredRecord[], { padTo }: Form, title: string): LayoutFinding[] {
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
