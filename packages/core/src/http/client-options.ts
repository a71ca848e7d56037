import { invalidOption, LONGEST_MS } from './options.ts';

/** What a store takes that is reached by a client of its own protocol. */
interface ClientOptions {
  readonly url?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly caFile?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly client?: unknown;
}

/** What a client is made of, where none is given. */
const PARTS = ['url', 'username', 'password', 'caFile'] as const;

/** @throws VsmError with code `INVALID_OPTIONS` */
export function checkClientOptions(adapter: string, options: ClientOptions): { readonly timeoutMs: number } {
  const { client, timeoutMs = 60_000 } = options;
  if (!(timeoutMs >= 1 && timeoutMs <= LONGEST_MS))
    throw invalidOption(adapter, `\`timeoutMs\` must be from 1 to ${LONGEST_MS}, but is ${timeoutMs}`);
  const others = PARTS.filter((name) => options[name] !== undefined);
  if (client !== undefined && others.length > 0)
    throw invalidOption(adapter, `give either \`client\` or \`${others.join('`, `')}\`, not both`);
  return { timeoutMs };
}

/**
 * A part of a URL or a location without its escapes; the error tells `what` it is, and never the part itself.
 * @throws VsmError with code `INVALID_OPTIONS`
 */
export function decodePart(adapter: string, what: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalidOption(adapter, `${what} has a % that begins no escape: write %25 for a %`);
  }
}

const numbers = new WeakMap<object, number>();
let clients = 0;

/** Clients that do not tell where they are connected get a number each, which stays theirs. */
export function clientNumber(client: object): number {
  const number = numbers.get(client) ?? (clients += 1);
  numbers.set(client, number);
  return number;
}

/** A variable of the environment; an empty one is as good as none. */
export function environmentVariable(name: string): string | undefined {
  const value = process.env[name]; // own key: named by an adapter
  return value === '' ? undefined : value;
}
