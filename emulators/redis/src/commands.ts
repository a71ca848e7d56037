import { parseJson, stringifyJson } from '@vsm/core/adapter';
import type { Database } from './database.ts';
import { OK, Refusal, type Reply } from './resp.ts';
import type { Indexes } from './search.ts';

/** What a command is carried out on. */
export interface Context {
  readonly state: State;
  /** Number of the database of this connection. */
  db: number;
}

export interface State {
  readonly databases: readonly Database[];
  readonly indexes: Indexes;
  readonly mode: 'standalone' | 'cluster';
  run: string;
}

type Handler = (words: readonly Buffer[], context: Context) => Reply;

const text = (word: Buffer | undefined): string => word?.toString('latin1') ?? '';
const of = ({ state, db }: Context): Database => state.databases[db] as Database;
const isGiven = (words: readonly Buffer[], option: string): boolean =>
  words.some((word) => text(word).toUpperCase() === option);

export const HANDLERS: Readonly<Record<string, Handler>> = {
  PING: () => 'PONG',
  AUTH: () => OK,
  CLIENT: () => OK,
  INFO: (_, context) => infoOf(context),
  MODULE: () => [
    ['name', 'ReJSON', 'ver', 20803],
    ['name', 'search', 'ver', 21005],
  ],
  SELECT([number], context) {
    const db = Number(text(number));
    if (!(db < context.state.databases.length)) return new Refusal('ERR DB index is out of range');
    context.db = db;
    return OK;
  },
  TYPE: ([key], context) => of(context).get(text(key))?.type ?? 'none',
  EXISTS: (keys, context) => keys.filter((key) => of(context).get(text(key)) !== undefined).length,
  DEL: (keys, context) => keys.filter((key) => of(context).delete(text(key))).length,
  UNLINK: (keys, context) => keys.filter((key) => of(context).delete(text(key))).length,
  PEXPIRETIME: ([key], context) => of(context).expiry(text(key)),
  PEXPIREAT([key, time, option], context) {
    if (text(option).toUpperCase() === 'NX' && of(context).expiry(text(key)) >= 0) return 0;
    return of(context).expireAt(text(key), Number(text(time))) ? 1 : 0;
  },
  VADD([key], context) {
    of(context).set(text(key), { type: 'vectorset' });
    return 1;
  },
  RPUSH([key, ...items], context) {
    const list = of(context).of(text(key), 'list') ?? { type: 'list', items: [] };
    list.items.push(...items);
    of(context).set(text(key), list);
    return list.items.length;
  },
  HSET([key, ...words], context) {
    const hash = of(context).of(text(key), 'hash') ?? { type: 'hash', fields: new Map<string, Buffer>() };
    let added = 0;
    for (let at = 0; at < words.length; at += 2) {
      if (!hash.fields.has(text(words[at]))) added += 1;
      hash.fields.set(text(words[at]), words[at + 1] ?? Buffer.alloc(0));
    }
    of(context).set(text(key), hash);
    return added;
  },
  HSETNX([key, field, value = Buffer.alloc(0)], context) {
    const hash = of(context).of(text(key), 'hash') ?? { type: 'hash', fields: new Map<string, Buffer>() };
    if (hash.fields.has(text(field))) return 0;
    hash.fields.set(text(field), value);
    of(context).set(text(key), hash);
    return 1;
  },
  HGET: ([key, field], context) => of(context).of(text(key), 'hash')?.fields.get(text(field)) ?? null,
  HMGET: ([key, ...fields], context) =>
    fields.map((field) => of(context).of(text(key), 'hash')?.fields.get(text(field)) ?? null),
  HDEL([key, ...fields], context) {
    const hash = of(context).of(text(key), 'hash');
    const removed = fields.filter((field) => hash?.fields.delete(text(field))).length;
    if (hash?.fields.size === 0) of(context).delete(text(key));
    return removed;
  },
  HKEYS: ([key], context) => [...(of(context).of(text(key), 'hash')?.fields.keys() ?? [])].map(bytes),
  HGETALL: ([key], context) =>
    [...(of(context).of(text(key), 'hash')?.fields ?? [])].flatMap(([field, value]) => [bytes(field), value]),
  SCAN([from, ...options], context) {
    const option = (name: string): string | undefined => {
      const at = options.findIndex((word) => text(word).toUpperCase() === name);
      return at === -1 ? undefined : text(options[at + 1]);
    };
    const pattern = globOf(option('MATCH') ?? '*');
    const type = option('TYPE');
    const isWanted = (key: string): boolean =>
      pattern.test(key) && (type === undefined || of(context).get(key)?.type === type);
    const { next, keys } = of(context).scan(Number(text(from)), Number(option('COUNT') ?? 10), isWanted);
    return [String(next), keys.map(bytes)];
  },
  // The one script that the adapter sends: a hash where there is no key.
  EVAL([, , key, time, ...words], context) {
    if (of(context).get(text(key)) !== undefined) return 0;
    HANDLERS['HSET']?.([key ?? Buffer.alloc(0), ...words], context);
    if (text(time) !== '') of(context).expireAt(text(key), Number(text(time)));
    return 1;
  },
  'JSON.SET'([key, , value, ...options], context) {
    const there = of(context).of(text(key), 'ReJSON-RL');
    if (isGiven(options, 'NX') && there !== undefined) return null;
    of(context).set(text(key), { type: 'ReJSON-RL', text: stringifyJson(parseJson(String(value))) });
    return OK;
  },
  'JSON.GET': ([key], context) => of(context).of(text(key), 'ReJSON-RL')?.text ?? null,
  'JSON.MGET': (words, context) =>
    words.slice(0, -1).map((key) => {
      const document = of(context).of(text(key), 'ReJSON-RL');
      return document === undefined ? null : `[${document.text}]`;
    }),
  'FT._LIST': (_, { state: { indexes } }) => indexes.list().map(bytes),
  'FT.CREATE': (words, { state: { indexes } }) => indexes.create(words.map(text)),
  'FT.INFO': ([name], { state: { indexes, databases } }) => indexes.info(text(name), databases[0] as Database),
  'FT.DROPINDEX': ([name, ...options], { state: { indexes, databases } }) =>
    indexes.drop(text(name), isGiven(options, 'DD'), databases[0] as Database),
  'FT.SEARCH': (words, { state: { indexes, databases } }) => indexes.search(words, databases[0] as Database),
};

function bytes(key: string): Buffer {
  return Buffer.from(key, 'latin1');
}

function infoOf({ state: { run, databases, mode } }: Context): string {
  const keyspace = databases.flatMap((database, at) => {
    const keys = database.keys().length;
    return keys === 0 ? [] : [`db${at}:keys=${keys},expires=${database.expiring()},avg_ttl=0,subexpiry=0`];
  });
  const server = ['# Server', 'redis_version:8.2.3', `redis_mode:${mode}`, `run_id:${run}`];
  const replication = ['# Replication', 'role:master', `master_replid:${run}`];
  const memory = ['# Memory', 'used_memory:1048576', 'maxmemory:0'];
  return [...server, ...memory, ...replication, '# Keyspace', ...keyspace, ''].join('\r\n');
}

function globOf(pattern: string): RegExp {
  const source = pattern.replaceAll(/\\(.)|([*?])|([^\\*?])/gs, (_, escaped?: string, wild?: string, plain?: string) =>
    wild === undefined
      ? (escaped ?? plain ?? '').replaceAll(/[$()*+./?[\\\]^{|}-]/g, String.raw`\$&`)
      : wild === '*'
        ? '.*'
        : '.',
  );
  return new RegExp(`^${source}$`, 's');
}
