import {
  isMetadataObject,
  own,
  stringifyJson,
  VsmError,
  type MetadataValue,
  type VectorRecord,
} from '@vsm/core/adapter';

/** What a text is made of. */
export interface TextOptions {
  /** Only one of the two. @default the document */
  readonly field?: string | undefined;
  /** Such as `{{title}}\n{{document}}`: fields of the metadata by their path, and the document. What a record lacks is left empty. */
  readonly template?: string | undefined;
  /** What an application sees of a record, where a framework keeps it in a form of its own: `createLayoutReader` of `@vsm/layouts`. */
  readonly read?: ((record: VectorRecord) => Pick<VectorRecord, 'document' | 'metadata'>) | undefined;
}

export interface TextSource {
  /** Kept with the run. */
  readonly description: string;
  /** `undefined` where the record has nothing of what the text is made of. */
  readonly of: (record: VectorRecord) => string | undefined;
  /** Parts of the template that no record had so far. */
  readonly neverFilled: () => readonly string[];
}

const PLACEHOLDER = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** @throws VsmError `INVALID_OPTIONS` */
export function textSource({ field, template, read = (record) => record }: TextOptions): TextSource {
  if (field !== undefined && template !== undefined) {
    throw new VsmError('INVALID_OPTIONS', 'The text is a field or a template, not both.');
  }
  const whole = template ?? `{{${field ?? 'document'}}}`;
  const names = [...whole.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  if (names.length === 0) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `The template ${JSON.stringify(whole)} has no {{field}}, so every text would be the same.`,
    );
  }
  const filled = new Set<string>();
  return {
    description:
      template === undefined
        ? `the ${field === undefined ? 'document' : `field "${field}"`}`
        : `the template ${JSON.stringify(template)}`,
    of(record) {
      const seen = read(record);
      let found = false;
      const text = whole.replaceAll(PLACEHOLDER, (_whole, name: string) => {
        const value = valueOf(seen, name, field === undefined);
        if (value.trim() === '') return '';
        filled.add(name);
        found = true;
        return value;
      });
      return found ? text : undefined;
    },
    neverFilled: () => names.filter((name) => !filled.has(name)),
  };
}

function valueOf(
  { document, metadata }: Pick<VectorRecord, 'document' | 'metadata'>,
  name: string,
  documents: boolean,
): string {
  if (documents && name === 'document') return document ?? '';
  let value: MetadataValue | undefined = own(metadata, name);
  if (value === undefined) {
    value = metadata;
    for (const part of name.split('.')) {
      value = value !== undefined && isMetadataObject(value) ? own(value, part) : undefined;
    }
  }
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : stringifyJson(value);
}
