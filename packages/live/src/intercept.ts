/** Clients of vendors, some of whose methods do more than they do by themselves. */
import { own, VsmError } from '@vsm/core/adapter';

export type AnyMethod = (...given: readonly unknown[]) => unknown;

/** The methods that the types of a client name. */
type MethodName<Client> = {
  [Name in keyof Client]-?: NonNullable<Client[Name]> extends (...given: never[]) => unknown ? Name : never;
}[keyof Client] &
  string;

/** A method that is refused while a move is on its way, and why. */
export interface Refused {
  readonly refused: string;
  /** It returns no promise, and so throws. */
  readonly throws?: true;
}

/**
 * All methods of a client, and what becomes of their calls. Those that pass go to the client as they are; one that it has and that is not
 * here is refused.
 */
export type Methods<Client, Kind extends string> = Readonly<Record<MethodName<Client>, Kind | 'passes' | Refused>>;

const UNKNOWN: Refused = { refused: 'this version of @vsm/live does not know what it does' };

/** Of clients of records: its records are marked, or it reads from the store that answers, and answers of a search are compared. */
export type RecordKind = 'marks' | 'reads' | 'searches';

/** The client with the methods that do not pass replaced. Within itself the client goes on calling its own. */
export function intercept<Client extends object, Kind extends string>(
  client: Client,
  title: string,
  methods: Readonly<Record<string, Kind | 'passes' | Refused>>,
  replace: (method: string, kind: Kind | Refused, original: AnyMethod) => AnyMethod,
): Client {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof name === 'symbol' || Object.hasOwn(Object.prototype, name)) return value;
      const kind = own(methods, name);
      if (typeof value !== 'function') {
        if (typeof kind === 'object') throw refusal(title, name, kind.refused);
        return value;
      }
      const original: AnyMethod = value.bind(target);
      if (kind === undefined) return refusing(title, name, UNKNOWN);
      return kind === 'passes' ? original : replace(name, kind, original);
    },
  });
}

/** Fails as the method does that is refused. */
export function refusing(title: string, name: string, { refused, throws }: Refused): AnyMethod {
  return () => {
    const error = refusal(title, name, refused);
    if (throws) throw error;
    return Promise.reject(error);
  };
}

export function refusal(title: string, name: string, why: string): VsmError {
  return new VsmError(
    'UNSUPPORTED',
    `${title}.${name} was not sent, because a move of the collection is on its way: ${why}. Use a client that is not wrapped where you know that no record is touched.`,
  );
}

/** Calls a method by its name, which the types of the client do not follow through a list of methods. */
export function call(client: object, name: string, given: readonly unknown[]): Promise<unknown> {
  return Promise.resolve(Reflect.apply(Reflect.get(client, name) as AnyMethod, client, given));
}
