import {
  own,
  UnsupportedError,
  type CollectionSchema,
  type JsonObject,
  type Metric,
  type TableManifest,
  type Warning,
} from '@vsm/core/adapter';
import { vectorIndexSql } from './catalog.ts';
import { identifier } from './client.ts';
import { sqliteError } from './errors.ts';
import { printManifest } from './table.ts';
import { vec0Vector } from './vec0.ts';
import { typeForDatatype } from './vectors.ts';

const OWN_COLUMNS = ['id', 'namespace', 'document', 'uri', 'metadata'];

/** An index of libSQL's own settings takes 400 KB a row at 1,024 dimensions; these are what its authors give for smaller ones. */
const SMALL_INDEX = ['compress_neighbors=float8', 'max_neighbors=20'];

interface Creation {
  readonly statements: readonly string[];
  readonly warnings: readonly Warning[];
}

/** A plain table, with a vector index of libSQL where it is asked for. */
export function plainTable(wanted: CollectionSchema, indexed: boolean): Creation {
  const columns = vectorNames(Object.keys(wanted.vectors));
  const spaced = wanted.namespaces === true;
  const number = wanted.ids === 'int64' && !spaced;
  const warnings: Warning[] = [];
  const indexes: string[] = [];
  const definitions = Object.entries(wanted.vectors).map(([name, vector]) => {
    const column = columns[name] ?? name;
    const { dimension } = vector;
    const { metric, datatype } = vector.kind === 'sparse' ? {} : vector;
    if (metric !== undefined && (metric === 'hamming') !== (datatype === 'bit')) {
      throw new UnsupportedError(
        'metrics',
        `sqlite: cannot create table "${wanted.name}": ${metric} does not compare ${datatype ?? 'float32'}`,
        { adapter: 'sqlite' },
      );
    }
    if (indexed && (metric === 'cosine' || metric === 'euclidean')) {
      if (dimension !== undefined) {
        const kept = settingsOf(wanted.native?.['sqlite'], name) ?? SMALL_INDEX;
        const word = metric === 'cosine' ? 'cosine' : 'l2';
        indexes.push(vectorIndexSql(wanted.name, column, [`metric=${word}`, ...kept]));
      } else {
        const detail = `column "${column}" gets no index, as its dimension is not known yet`;
        warnings.push({ type: 'unsupported', feature: 'index', detail });
      }
    }
    return `${identifier(column)} ${typeForDatatype(datatype)}${dimension === undefined ? '' : `(${dimension})`}`;
  });
  const manifest: TableManifest = {
    vsm: 1,
    vectors: columns,
    metrics: Object.fromEntries(
      Object.entries(wanted.vectors).flatMap(([name, vector]): [string, Metric][] =>
        vector.kind === 'sparse' || vector.metric === undefined ? [] : [[name, vector.metric]],
      ),
    ),
    namespaces: wanted.namespaces,
    fields: wanted.fields,
  };
  const parts = [
    number ? 'id INTEGER PRIMARY KEY' : 'id TEXT NOT NULL',
    ...(spaced ? [`namespace TEXT NOT NULL DEFAULT ''`] : []),
    ...definitions,
    'document TEXT',
    'uri TEXT',
    `metadata TEXT NOT NULL DEFAULT '{}'`,
    ...(number ? [] : [`PRIMARY KEY (${spaced ? 'namespace, ' : ''}id)`]),
  ];
  return {
    statements: [
      `CREATE TABLE ${identifier(wanted.name)} (${parts.join(', ')} ${printManifest(manifest)})`,
      ...indexes,
    ],
    warnings: [...warnings, ...indexWarnings(wanted)],
  };
}

/** A `vec0` table, with documents and metadata beside the vectors. */
export function vec0Table(wanted: CollectionSchema): Creation {
  const refuse = (what: string): never => {
    throw new UnsupportedError('vectors', `sqlite: cannot create vec0 table "${wanted.name}": ${what}`, {
      adapter: 'sqlite',
    });
  };
  const [only, ...more] = Object.values(wanted.vectors);
  if (only?.kind !== 'dense' || more.length > 0) return refuse('it holds one dense vector a row');
  const { dimension, metric, datatype } = only;
  if (dimension === undefined) return refuse('the dimension must be known beforehand');
  const bits = datatype === 'bit';
  if (bits && dimension % 8 !== 0) return refuse(`bits are kept in whole bytes, but there are ${dimension}`);
  if (metric !== undefined && (metric === 'hamming') !== bits) {
    return refuse(`${metric} does not compare ${datatype ?? 'float32'}`);
  }
  const parts = [
    `id ${wanted.ids === 'int64' ? 'integer' : 'text'} primary key`,
    `embedding ${vec0Vector(datatype === 'bit' || datatype === 'int8' ? datatype : 'float', dimension, metric)}`,
    '+document text',
    '+metadata text',
  ];
  return {
    statements: [`CREATE VIRTUAL TABLE ${identifier(wanted.name)} USING vec0(${parts.join(', ')})`],
    warnings: indexWarnings(wanted),
  };
}

function indexWarnings({ indexes = [] }: CollectionSchema): Warning[] {
  return indexes.map(({ path }) => ({
    type: 'unsupported',
    feature: 'index',
    detail: `metadata "${path}" gets no index: make one on json_extract(metadata, '$.${path}') where searches need it`,
  }));
}

/** SQLite does not tell Title from title. */
function vectorNames(names: readonly string[]): Record<string, string> {
  const taken = new Set([...OWN_COLUMNS, 'rowid', 'oid', '_rowid_']);
  return Object.fromEntries(
    names.map((name, at): [string, string] => {
      const wish = name === '' ? 'embedding' : name;
      let column = taken.has(wish.toLowerCase()) || wish.includes('\0') || !wish.isWellFormed() ? `vector_${at}` : wish;
      for (let number = 2; taken.has(column.toLowerCase()); number += 1) column = `vector_${at}_${number}`;
      taken.add(column.toLowerCase());
      return [name, column];
    }),
  );
}

/** Settings that a table of the same kind had; a schema may come out of anybody's file, so only words and numbers pass. */
function settingsOf(native: JsonObject | undefined, name: string): string[] | undefined {
  const indexes = native?.['indexes'] as Readonly<Record<string, unknown>> | undefined;
  const settings = indexes === undefined ? undefined : own(indexes, name);
  if (!Array.isArray(settings)) return undefined;
  return settings.filter((setting) => typeof setting === 'string' && /^(?!metric)\w+=[\w.]+$/.test(setting));
}

/** @throws VsmError `INVALID_OPTIONS` for a name that no table can have */
export function checkName(name: string): void {
  if (name !== '' && !/^sqlite_/i.test(name) && !name.includes('\0') && name.isWellFormed()) return;
  throw sqliteError('INVALID_OPTIONS', `"${name}" cannot be the name of a table`);
}
