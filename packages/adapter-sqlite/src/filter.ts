import { Float, translateFilter, type Filter, type FilterLeaf, type FilterValue } from '@vsm/core/adapter';
import { literal, type SqlValue, type Statement } from './client.ts';
import { columnSql } from './catalog.ts';
import type { Table } from './table.ts';

/**
 * A condition that every row passes whose record matches; `undefined` where nothing can be said. It may pass more, as core checks
 * every record again (docs/filters.md): SQLite makes doubles of the numbers in JSON, so it is never exact.
 */
export function toCondition(filter: Filter, table: Table): Statement | undefined {
  return translateFilter<Statement>(filter, {
    leaf: (leaf) => leafCondition(leaf, table),
    and: (parts) => join(parts, 'AND'),
    or: (parts) => join(parts, 'OR'),
  });
}

function join(parts: readonly Statement[], word: string): Statement {
  return {
    sql: `(${parts.map(({ sql }) => sql).join(` ${word} `)})`,
    parameters: parts.flatMap(({ parameters }) => parameters),
  };
}

/** Values anywhere below the key count, as an element of a list does. */
function leafCondition(leaf: FilterLeaf, { metadata, fields }: Table): Statement | undefined {
  if (metadata === undefined || fields.length > 0 || metadata.name === leaf.path || !/^[\w -]+$/.test(leaf.path))
    return undefined;
  const test = valueTest(leaf);
  if (test === undefined) return undefined;
  const column = columnSql(metadata);
  const tree = `json_tree(${column}, ${literal(`$."${leaf.path}"`)})`;
  // What is no JSON would make the statement fail.
  return {
    sql: `CASE WHEN json_valid(${column}) THEN EXISTS (SELECT 1 FROM ${tree} AS j WHERE ${test.sql}) ELSE true END`,
    parameters: test.parameters,
  };
}

function valueTest(leaf: FilterLeaf): Statement | undefined {
  switch (leaf.op) {
    case 'eq':
      return equals(leaf.value);
    case 'in': {
      const tests = leaf.values.map(equals);
      const known = tests.filter((test) => test !== undefined);
      if (known.length < tests.length) return undefined;
      return known.length === 0 ? { sql: 'false', parameters: [] } : join(known, 'OR');
    }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte': {
      const number = numberOf(leaf.value);
      if (number === undefined) return undefined;
      const up = leaf.op.startsWith('g');
      return {
        sql: `(j.type IN ('integer', 'real') AND j.atom ${up ? '>=' : '<='} ?)`,
        parameters: [up ? number - slack(number) : number + slack(number)],
      };
    }
    default:
      return undefined;
  }
}

function equals(value: FilterValue): Statement | undefined {
  if (typeof value === 'boolean') return { sql: `j.type = '${value}'`, parameters: [] };
  if (typeof value === 'string') return { sql: `(j.type = 'text' AND j.atom = ?)`, parameters: [value] };
  const number = numberOf(value);
  if (number === undefined) return undefined;
  const bounds: SqlValue[] = [number - slack(number), number + slack(number)];
  return { sql: `(j.type IN ('integer', 'real') AND j.atom BETWEEN ? AND ?)`, parameters: bounds };
}

/** How far SQLite's reading of a decimal may lie from ours. */
function slack(number: number): number {
  return Math.max(Math.abs(number) * 1e-12, Number.MIN_VALUE);
}

function numberOf(value: FilterValue): number | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return undefined;
  const number = Float.isInstance(value) ? value.value : Number(value);
  return Math.abs(number) < 1e300 ? number : undefined;
}
