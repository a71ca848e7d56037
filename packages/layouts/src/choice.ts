import { ValidationError } from '@vsm/core';
import { suggest, own, setOwn } from '@vsm/core/adapter';
import { NAMED_STORES, type Form, type Framework, type LayoutOptions, type LayoutStore } from './form.ts';
import { FRAMEWORKS } from './frameworks/index.ts';

/** A layout with its settings, as `langchain-py:text_key=body` names it. */
export interface LayoutChoice {
  readonly framework: Framework;
  readonly options: LayoutOptions;
}

/** Options of every layout; each counts where the framework has something to choose. */
const OPTIONS: Readonly<Record<string, string>> = {
  text_key: 'the field or column of the text',
  metadata_key: 'the field or column of the metadata',
  vector_name: 'the name or column of the vector',
  sparse_vector_name: 'the name of the sparse vector',
  id_column: 'the column of the id',
  id_type: 'the type of the id column',
  vector_type: 'vector or halfvec',
  scope:
    'tenant, data set or collection, by its name where it has one: the one that is read; or the one that a target gets; * for all',
  namespace: 'the namespace that a target gets',
  store: 'whose form it is, where the records lie in a file',
};

/** The same options as the frameworks call them. */
const ALSO_CALLED: Readonly<Record<string, string>> = {
  content_payload_key: 'text_key',
  content_column: 'text_key',
  content_column_name: 'text_key',
  content_field_name: 'text_key',
  pinecone_text_key: 'text_key',
  metadata_payload_key: 'metadata_key',
  metadata_column: 'metadata_key',
  metadata_column_name: 'metadata_key',
  metadata_json_column: 'metadata_key',
  vector_column_name: 'vector_name',
  embedding_column: 'vector_name',
  id_column_name: 'id_column',
  tenant: 'scope',
  tenant_id: 'scope',
  group_id: 'scope',
  dataset: 'scope',
  collection: 'scope',
  collection_id: 'scope',
  collection_name: 'scope',
};

/**
 * Reads `langchain-py`, or `langchain-py:text_key=body,vector_name=main`.
 * @throws ValidationError naming what there is
 */
export function parseLayout(text: string): LayoutChoice {
  const [, name = '', settings = ''] = /^([^:]*)(?::(.*))?$/s.exec(text.trim()) ?? [];
  const framework = FRAMEWORKS.find((one) => one.name === name);
  if (framework === undefined) {
    const names = FRAMEWORKS.map((one) => one.name);
    const near = suggest(name, names);
    throw new ValidationError(
      `There is no layout "${name}".${near === undefined ? '' : ` Did you mean "${near}"?`} There are ${names.join(', ')}.`,
    );
  }
  const known = { ...OPTIONS, ...framework.options };
  const options: Record<string, string> = {};
  for (const setting of settings === '' ? [] : settings.split(',')) {
    const [, key = '', value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    const snake = key
      .trim()
      .replaceAll('-', '_')
      .replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const option = own(ALSO_CALLED, snake) ?? snake;
    if (value === undefined || !Object.hasOwn(known, option)) {
      const list = Object.entries(known).map(([one, meaning]) => `  ${one}: ${meaning}`);
      throw new ValidationError(
        `"${setting}" is not an option of the layout ${name}. It is written ${name}:key=value,key=value, with\n${list.join('\n')}`,
      );
    }
    setOwn(options, option, value);
  }
  return { framework, options };
}

/** The layouts of both sides; records stay with their framework where none is named for the target. */
export function parseLayouts(given: { readonly from: string; readonly to?: string | undefined }): {
  readonly from: LayoutChoice;
  readonly to: LayoutChoice;
} {
  const from = parseLayout(given.from);
  return { from, to: given.to === undefined ? { framework: from.framework, options: {} } : parseLayout(given.to) };
}

/** The inverse of {@link parseLayout}, with the options in order. */
export function printLayout({ framework, options }: LayoutChoice): string {
  const settings = Object.entries(options)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`);
  return settings.length === 0 ? framework.name : `${framework.name}:${settings.join(',')}`;
}

/** The form of a layout in the store of an adapter. @throws ValidationError where none is known */
export function formOf({ framework, options }: LayoutChoice, adapter: string): { store: LayoutStore; form: Form } {
  const store = (options['store'] ?? adapter) as LayoutStore;
  const make = Object.hasOwn(framework.forms, store) ? framework.forms[store] : undefined;
  if (make !== undefined) {
    checkNames(framework, options, store);
    return { store, form: make(options) };
  }
  throw new ValidationError(
    `How ${framework.title} keeps records in "${store}" is not known; it is for ${Object.keys(framework.forms).join(', ')}. ` +
      `Where the records lie in a file or in memory, say whose form they have: ${framework.name}:store=qdrant.`,
  );
}

/** Names of fields, which the adapters of some stores are told in the location of the store. */
const NAMES = ['text_key', 'metadata_key', 'vector_name', 'sparse_vector_name', 'id_column', 'id_type', 'vector_type'];

function checkNames({ name, title }: Framework, options: LayoutOptions, store: LayoutStore): void {
  const given = NAMES.filter((key) => Object.hasOwn(options, key));
  if (!NAMED_STORES.has(store) || given.length === 0) return;
  throw new ValidationError(
    `The layout ${name} has no ${given.join(', ')} in ${store}: which field holds the text or the vector is said where the store is named, as in ?document=body, and a new collection is made with the names that ${title} gives.`,
  );
}
