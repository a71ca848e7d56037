import { idKind, type CallOptions, type VectorStoreV1 } from '@vsm/core/adapter';
import { fillingFindings, tableFindings, vectorFindings } from './check-vectors.ts';
import { formOf, parseLayout } from './choice.ts';
import { decodeDocument } from './codec.ts';
import { finding, share, type LayoutFinding } from './finding.ts';
import type { Form } from './form.ts';
import { scopeFields, scopesSaid } from './sides.ts';
import { isNodeContent } from './nodes.ts';
import { field, observe } from './observed.ts';
import { columnsFor } from './opening.ts';
import { textPlace, unfold } from './payload.ts';
import { REST_KEY } from './rest.ts';
import type { StoredRecord } from './stored-record.ts';

/** What a framework would make of a collection. */
export interface LayoutCheck {
  readonly layout: string;
  readonly collection: string;
  /** No finding is a problem. */
  readonly passed: boolean;
  readonly findings: readonly LayoutFinding[];
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
  const said = records.map(({ payload }) => scopesSaid(payload, scope));
  const values = new Set(said.flat());
  const count = said.filter((some) => some.length > 0).length;
  const of = values.size > 3 ? `${values.size} of them` : [...values].map((value) => `"${value}"`).join(', ');
  const detail = `${share(count, records)} say in ${scopeFields(scope)} whose they are${count === 0 ? '' : ` (${of})`}`;
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
