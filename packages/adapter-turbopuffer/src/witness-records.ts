import {
  checkObject,
  idKind,
  plainRows,
  witnessedRow,
  type CollectionV1,
  type JsonValue,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import { pathOf, type CollectionContext } from './context.ts';
import { printId } from './mapping.ts';
import { MARK, REST, vectorNameOf } from './namespace-info.ts';

/** As the plain `JSON.parse` reads it, which takes an integer beyond 2^53 for its neighbour: that is nobody's id. */
const idIn = (id: JsonValue | undefined): string =>
  typeof id === 'number' ? id.toString() : typeof id === 'string' ? id : '';

/** What the service says of single documents in decimal digits, not in the bytes that scans ask for, as the plain `JSON.parse` reads it. */
export function createWitness({
  client,
  name,
  places,
}: CollectionContext): NonNullable<CollectionV1['witnessRecords']> {
  return async ({ ids }, options) => {
    const { info, document, ignored } = places();
    const known = info.ids === 'string' ? ids : ids.filter((id) => idKind(id) === info.ids);
    if (known.length === 0) return undefined;
    const filters = `["id","In",[${known.map((id) => printId(id, info.ids)).join(',')}]]`;
    const body = `{"rank_by":["id","asc"],"filters":${filters},"limit":${known.length},"include_attributes":true,"consistency":{"level":"strong"}}`;
    const request = {
      method: 'POST',
      path: `${pathOf(name)}/query`,
      action: `witness documents of "${name}"`,
      body,
    } as const;
    const rows = await client.askPlainly(request, options, (value) =>
      plainRows(checkObject(value, 'the answer')['rows'], 'the documents', known.length),
    );
    const ours = new Set(['id', '$dist', ...(info.ours ? [MARK] : [])]);
    const records = rows.map((row): WitnessedRecord => ({
      id: idIn(row['id']),
      ...witnessedRow(row, {
        document,
        rest: REST,
        vectors: new Map(info.vectors.map(({ attribute }) => [attribute, vectorNameOf(info, attribute)])),
        isIgnored: (field) => ours.has(field) || ignored.has(field),
        dropsNulls: true,
      }),
    }));
    return { by: 'the decimal digits of turbopuffer', records, metrics: {}, unwitnessed: [] };
  };
}
