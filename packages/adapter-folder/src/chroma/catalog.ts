import {
  own,
  parseJsonObject,
  type JsonObject,
  type Metadata,
  type MetadataValue,
  type Metric,
} from '@vsm/core/adapter';
import { entriesAt } from '../entries-at.ts';
import { columnsOf, type Database, type Row } from '../sqlite.ts';
import { valueOf } from './values.ts';

/** A collection as the database of the folder has it. */
export interface ChromaCollection {
  readonly id: string;
  /** With the database before it, and the tenant before that, where they are not the default ones. */
  readonly name: string;
  readonly dimension: number | undefined;
  readonly metric: Metric | undefined;
  /** What the collection is described with, as Chroma's own. */
  readonly native: JsonObject;
  readonly embeddingFunction: string | undefined;
  readonly metadataSegment: string | undefined;
  readonly vectorSegment: string | undefined;
}

const METRICS: Readonly<Record<string, Metric>> = { l2: 'euclidean', cosine: 'cosine', ip: 'dot' };
const DEFAULTS = { tenant: 'default_tenant', database: 'default_database' };

export function listCollections(database: Database): readonly ChromaCollection[] {
  const columns = columnsOf(database, 'collections');
  const optional = ['config_json_str', 'schema_str'].map((name) =>
    columns.has(name) ? `c.${name}` : `NULL AS ${name}`,
  );
  const rows = database.all(
    `SELECT c.id, c.name, c.dimension, ${optional.join(', ')}, d.name AS database, d.tenant_id AS tenant
     FROM collections c LEFT JOIN databases d ON d.id = c.database_id ORDER BY d.tenant_id, d.name, c.name`,
  );
  return rows.map((row) => collectionOf(database, row));
}

function collectionOf(database: Database, row: Row): ChromaCollection {
  const id = String(row['id']);
  const metadata = settingsOf(database, id);
  const configuration = parseJsonObject(row['config_json_str']) ?? {};
  const vectorIndex = entriesAt(configuration, 'vector_index');
  const schema = parseJsonObject(row['schema_str']);
  const declared =
    schema === undefined ? undefined : pathIn(schema, ['keys', '#embedding', 'float_list', 'vector_index', 'config']);
  const embedding = entriesAt(declared ?? configuration, 'embedding_function');
  const segments = new Map(
    database
      .all('SELECT id, scope FROM segments WHERE collection = ?', id)
      .map((segment) => [String(segment['scope']), String(segment['id'])]),
  );
  const space =
    declared?.['space'] ??
    entriesAt(vectorIndex, 'hnsw')['space'] ??
    entriesAt(vectorIndex, 'spann')['space'] ??
    // From 0.5.4 to 0.6 the configuration says l2 whatever was asked for, and the metadata decides.
    own(metadata, 'hnsw:space') ??
    entriesAt(configuration, 'hnsw_configuration')['space'] ??
    'l2';
  const hnsw = entriesAt(vectorIndex, 'hnsw');
  const kept = Object.keys(hnsw).length > 0 ? hnsw : { space };
  return {
    id,
    name: nameOf(row),
    dimension: row['dimension'] === null ? undefined : Number(row['dimension']),
    metric: typeof space === 'string' ? own(METRICS, space) : undefined,
    native: {
      configuration: { hnsw: kept, ...(Object.keys(embedding).length > 0 && { embedding_function: embedding }) },
      ...(Object.keys(metadata).length > 0 && { metadata }),
    } as unknown as JsonObject,
    embeddingFunction: typeof embedding['name'] === 'string' ? embedding['name'] : undefined,
    metadataSegment: segments.get('METADATA'),
    vectorSegment: segments.get('VECTOR'),
  };
}

function nameOf({ name, database, tenant }: Row): string {
  const parts = [String(name)];
  const isOther = tenant !== null && tenant !== DEFAULTS.tenant;
  if (isOther || (database !== null && database !== DEFAULTS.database)) parts.unshift(String(database));
  if (isOther) parts.unshift(String(tenant));
  return parts.join('/');
}

function settingsOf(database: Database, id: string): Record<string, MetadataValue> {
  const rows = database.all('SELECT * FROM collection_metadata WHERE collection_id = ?', id);
  return Object.fromEntries(
    rows.map(({ str_value, int_value, float_value, bool_value, key }) => [
      String(key),
      valueOf(str_value, int_value, float_value, bool_value),
    ]),
  );
}

function pathIn(object: Metadata, path: readonly string[]): Metadata {
  return path.reduce(entriesAt, object);
}
