import { VsmError } from '@vsm/core/adapter';
import type { Connection } from './client.ts';

interface SecurityRow {
  readonly role: string;
  readonly owner: string;
  readonly forced: boolean;
  readonly policies: string;
  readonly whole: boolean;
}

/** Whether a policy lets the role that is connected see only some rows; `undefined` where it sees all of them. */
export async function hiddenRows(connection: Connection, name: string, oid: string): Promise<SecurityRow | undefined> {
  const [found] = await connection.run<SecurityRow>(
    `cannot look for the row security of "${name}"`,
    // A policy for everybody that is just "true" hides nothing, unless a restrictive one narrows it.
    `WITH applying AS (SELECT p.polname, p.polpermissive, pg_get_expr(p.polqual, p.polrelid) AS condition FROM pg_policy p
         WHERE p.polrelid = $1::oid AND p.polcmd IN ('r', '*')
           AND EXISTS (SELECT FROM unnest(p.polroles) r (role) WHERE r.role = 0 OR pg_has_role(r.role, 'USAGE')))
     SELECT current_user::text AS role, pg_get_userbyid(c.relowner)::text AS owner, c.relforcerowsecurity AS forced,
       COALESCE((SELECT string_agg(format('"%s"', polname), ', ' ORDER BY polname) FROM applying), 'none that lets it read') AS policies,
       COALESCE((SELECT bool_or(polpermissive AND condition = 'true') AND bool_and(polpermissive) FROM applying), false) AS whole
     FROM pg_class c WHERE c.oid = $1::oid AND row_security_active(c.oid)`,
    [oid],
  );
  return found === undefined || found.whole ? undefined : found;
}

/** The error for a table whose rows the role sees in part: what was read would look like all of it. */
export function rowsAreHidden(name: string, { role, owner, forced, policies }: SecurityRow): VsmError {
  const asOwner = forced ? '' : `, or connect as its owner "${owner}"`;
  return new VsmError(
    'UNAUTHORIZED',
    `pgvector: cannot open "${name}": its row security hides rows from the role "${role}" (policies: ${policies}), so a copy would miss ` +
      `them without a word. Let the role see all of them (ALTER ROLE "${role}" BYPASSRLS)${asOwner}; to move what it sees and no more, ` +
      'say so with the option visibleRowsOnly (&rows=visible in a location).',
    { adapter: 'pgvector' },
  );
}

/** Tables with row security behind a view, whose policies may take rows out of it. */
export async function securedBehind(connection: Connection, name: string, oid: string): Promise<string[]> {
  const rows = await connection.run<{ name: string }>(
    `cannot look behind the view "${name}"`,
    `WITH RECURSIVE behind (oid) AS (SELECT $1::oid UNION SELECT d.refobjid FROM behind b JOIN pg_rewrite w ON w.ev_class = b.oid
         JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass)
     SELECT c.relname AS name FROM behind b JOIN pg_class c ON c.oid = b.oid WHERE c.relrowsecurity ORDER BY 1`,
    [oid],
  );
  return rows.map((row) => row.name);
}
