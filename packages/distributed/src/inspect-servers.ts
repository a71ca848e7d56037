import { isPostgres, openPostgres, redisClient } from './open.ts';

/** One thing that was looked at on the server of a queue or ledger. */
export interface ServerFinding {
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'problem';
  readonly detail: string;
  readonly advice?: string | undefined;
}

export interface ServerQuestion {
  readonly url: string;
  /** A ledger must keep what it acknowledged; a queue may forget. */
  readonly role: 'ledger' | 'queue';
}

/** BullMQ's delays, and reports, go by it. */
const MOST_SKEW_MS = 2000;

/** What the server is, whether it keeps what it acknowledges, and whether its clock agrees with the one here. */
export async function inspectServer(question: ServerQuestion): Promise<readonly ServerFinding[]> {
  return isPostgres(question.url) ? inspectPostgres(question) : inspectRedis(question);
}

async function inspectPostgres({ url, role }: ServerQuestion): Promise<ServerFinding[]> {
  const pool = await openPostgres(url);
  try {
    const asked = Date.now();
    const { rows } = await pool.query<Record<'version' | 'fsync' | 'commit' | 'connections' | 'now', string>>(
      `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
        current_setting('synchronous_commit') AS commit, current_setting('max_connections') AS connections,
        extract(epoch FROM clock_timestamp()) * 1000 AS now`,
    );
    const [found] = rows;
    if (found === undefined) return [];
    const { version, fsync, commit, connections, now } = found;
    const keeps = fsync === 'on' && commit !== 'off';
    return [
      { check: role, status: 'ok', detail: `PostgreSQL ${version}, ${connections} connections` },
      durable(role, keeps, `fsync ${fsync}, synchronous_commit ${commit}`, 'Set fsync and synchronous_commit to on.'),
      clock(role, Number(now), asked),
    ];
  } finally {
    await pool.end();
  }
}

async function inspectRedis({ url, role }: ServerQuestion): Promise<ServerFinding[]> {
  const client = await redisClient(url);
  try {
    const version = /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? 'of unknown version';
    const asked = Date.now();
    const [seconds, micros] = await client.time();
    const findings: ServerFinding[] = [{ check: role, status: 'ok', detail: `Redis ${version}` }];
    // Hosted servers do not let everybody ask.
    const settings = await settingsOf(client).catch(() => undefined);
    if (settings === undefined) {
      const advice = 'See in its console that AOF is on and that nothing is evicted.';
      findings.push({ check: `${role}: settings`, status: 'warning', detail: 'it does not tell its settings', advice });
    } else {
      const { appendonly = '', appendfsync = '' } = settings;
      const policy = settings['maxmemory-policy'] ?? '';
      const keeps = appendonly === 'yes' && (role === 'queue' || appendfsync === 'always');
      const advice = role === 'queue' ? 'Set appendonly yes.' : 'Set appendonly yes and appendfsync always.';
      findings.push(durable(role, keeps, `appendonly ${appendonly}, appendfsync ${appendfsync}`, advice));
      const kept = policy === 'noeviction';
      const status = kept ? 'ok' : role === 'ledger' ? 'problem' : 'warning';
      const what = { check: `${role}: memory`, status, detail: `maxmemory-policy ${policy}` } as const;
      findings.push(kept ? what : { ...what, advice: 'Set maxmemory-policy noeviction: evicted rows are gone.' });
    }
    findings.push(clock(role, Number(seconds) * 1000 + Number(micros) / 1000, asked));
    return findings;
  } finally {
    client.disconnect();
  }
}

async function settingsOf(
  client: Awaited<ReturnType<typeof redisClient>>,
): Promise<Record<string, string | undefined>> {
  const settings: Record<string, string | undefined> = {};
  for (const name of ['appendonly', 'appendfsync', 'maxmemory-policy'] as const) {
    const answer = (await client.config('GET', name)) as readonly string[];
    settings[name] = answer[1];
  }
  return settings;
}

function durable(role: ServerQuestion['role'], keeps: boolean, detail: string, advice: string): ServerFinding {
  const check = `${role}: durability`;
  if (keeps) return { check, status: 'ok', detail };
  return { check, status: role === 'ledger' ? 'problem' : 'warning', detail, advice };
}

function clock(role: ServerQuestion['role'], theirs: number, asked: number): ServerFinding {
  const check = `${role}: clock`;
  const received = Date.now();
  // Whenever between question and answer it looked at its clock.
  const skew = theirs < asked ? asked - theirs : Math.max(0, theirs - received);
  const detail = `${(skew / 1000).toFixed(1)} s from this machine's`;
  if (skew <= MOST_SKEW_MS) return { check, status: 'ok', detail };
  return { check, status: 'warning', detail, advice: 'Set both by NTP: pauses of the queue go by the clocks.' };
}
