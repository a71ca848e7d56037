/** Triggers by which a table of PostgreSQL marks what SQL writes to it, in the writer's own transaction. */
import { createHash } from 'node:crypto';
import { ValidationError } from '@vsm/core';
import { MARKS, PHASE, spaceOf } from './journal-rows.ts';

export interface TriggerOptions {
  readonly move: string;
  /** The table that the move leaves, in the database of the journal; with its schema, where that is not on the search path. */
  readonly table: string;
  /** The column of the ids. */
  readonly id: string;
  /** The column of the namespaces, where there is one. */
  readonly namespace?: string | undefined;
}

export interface Triggers {
  /** To be run as the owner of the table, on a connection that finds the journal's table, while the move is `off`. */
  readonly install: string;
  readonly remove: string;
}

/**
 * SQL for applications that write to the source by SQL and cannot be wrapped. Statements that insert, update and delete leave marks;
 * TRUNCATE is refused while there are marks to leave; once the move holds or has switched, every write is refused with 40001, except on
 * connections that say whose they are: `SET vsm.live = '<move>'`, or `options=-c vsm.live=<move>` in the address that
 * `vsm live run` is given.
 */
export function postgresTriggers({ move, table, id, namespace }: TriggerOptions): Triggers {
  const space = spaceOf(move);
  const parts = table.split('.');
  if (parts.length > 2 || parts.includes('')) {
    throw new ValidationError(`A table is named as "name" or "schema.name", not "${table}".`);
  }
  const path = parts.map(identifier).join('.');
  // Names are cut after 63 bytes, and that of a move may be longer.
  const prefix = `vsm_live_${createHash('sha256').update(move).digest('hex').slice(0, 12)}`;
  const functions = { mark: identifier(`${prefix}_mark`), truncate: identifier(`${prefix}_truncate`) };
  const look = lookAtPhase(move, space);
  const keysOf = (rows: string): string => `SELECT ${keyOf(id, namespace)} AS key FROM ${rows}`;
  const install = [
    'BEGIN',
    makeFunction(functions.mark, 'phase text; keys text[]', `${look}${markKeys(space, keysOf)}`),
    makeFunction(
      functions.truncate,
      'phase text',
      `${look}  RAISE EXCEPTION 'TRUNCATE of % leaves no marks for the move %', TG_TABLE_NAME, ${literal(move)}
    USING HINT = 'DELETE the rows instead.';`,
    ),
    ...Object.entries(TRANSITIONS).map(
      ([verb, rows]) =>
        `CREATE TRIGGER ${prefix}_${verb} AFTER ${verb.toUpperCase()} ON ${path} REFERENCING ${rows} FOR EACH STATEMENT EXECUTE FUNCTION ${functions.mark}()`,
    ),
    `CREATE TRIGGER ${prefix}_truncate BEFORE TRUNCATE ON ${path} FOR EACH STATEMENT EXECUTE FUNCTION ${functions.truncate}()`,
    'COMMIT',
  ];
  const remove = [
    'BEGIN',
    ...[...Object.keys(TRANSITIONS), 'truncate'].map((verb) => `DROP TRIGGER IF EXISTS ${prefix}_${verb} ON ${path}`),
    ...Object.values(functions).map((name) => `DROP FUNCTION IF EXISTS ${name}()`),
    'COMMIT',
  ];
  return { install: `${install.join(';\n')};\n`, remove: `${remove.join(';\n')};\n` };
}

const TRANSITIONS = {
  insert: 'NEW TABLE AS vsm_new',
  update: 'OLD TABLE AS vsm_old NEW TABLE AS vsm_new',
  delete: 'OLD TABLE AS vsm_old',
} as const;

/** Whoever writes needs no rights on the journal's table, which is looked for where it is found now. */
function makeFunction(name: string, declared: string, body: string): string {
  return `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $vsm$
DECLARE ${declared};
BEGIN
${body}
END $vsm$`;
}

/** Leaves where there is nothing to mark, and fails where nothing may be written. */
function lookAtPhase(move: string, space: string): string {
  const row = `vsm_ledger WHERE space = ${literal(space)} AND key = ${literal(PHASE)}`;
  return `  IF current_setting('vsm.live', true) = ${literal(move)} THEN RETURN NULL; END IF;
  -- Until this transaction ends, the move goes on to no other phase.
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(${literal(`vsm_ledger ${space} ${PHASE}`)}, 0));
  IF current_setting('transaction_isolation') = 'read committed' THEN
    SELECT value::json ->> 'phase' INTO phase FROM ${row};
  ELSE
    -- A snapshot from before the lock may show an earlier phase: then this fails, and the transaction is tried again.
    SELECT value::json ->> 'phase' INTO phase FROM ${row} FOR SHARE;
  END IF;
  IF phase IS NULL OR phase = 'off' THEN RETURN NULL; END IF;
  IF phase IN ('switching', 'switched', 'done') THEN
    RAISE EXCEPTION 'The move % is in phase %: nothing is written to % by SQL', ${literal(move)}, phase, TG_TABLE_NAME
      USING ERRCODE = '40001', HINT = 'While it switches, try again in a few seconds; once it has switched, write to the target.';
  END IF;
`;
}

function markKeys(space: string, keysOf: (rows: string) => string): string {
  const gather = (rows: string): string => `SELECT array_agg(DISTINCT key) INTO keys FROM (${rows}) AS written`;
  return `  IF TG_OP = 'INSERT' THEN ${gather(keysOf('vsm_new'))};
  ELSIF TG_OP = 'DELETE' THEN ${gather(keysOf('vsm_old'))};
  ELSE ${gather(`${keysOf('vsm_old')} UNION ${keysOf('vsm_new')}`)};
  END IF;
  INSERT INTO vsm_ledger (space, key, value)
    SELECT ${literal(space)}, ${literal(MARKS)} || to_json(marked)::text, jsonb_build_object('seq', gen_random_uuid(),
      'at', floor(extract(epoch FROM clock_timestamp()) * 1000), 'recheck', 0, 'open', '{}'::jsonb)::text
    -- In one order, so that two transactions wait for each other only one way round.
    FROM (SELECT marked FROM unnest(keys) AS marked WHERE marked IS NOT NULL ORDER BY marked COLLATE "C") AS ordered
  ON CONFLICT (space, key) DO UPDATE SET value =
    ((vsm_ledger.value::jsonb - 'refused') || (excluded.value::jsonb - 'recheck' - 'open'))::text;
  RETURN NULL;`;
}

/** As `recordKey` has it: lengths are in units of UTF-16. */
function keyOf(id: string, namespace: string | undefined): string {
  const text = `${identifier(id)}::text`;
  if (namespace === undefined) return `'/' || ${text}`;
  const name = `${identifier(namespace)}::text`;
  const beyond = `char_length(regexp_replace(${name}, '[^\\U00010000-\\U0010FFFF]', '', 'g'))`;
  return `CASE WHEN coalesce(${name}, '') = '' THEN '/' || ${text} ELSE (char_length(${name}) + ${beyond}) || '/' || ${name} || ${text} END`;
}

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
