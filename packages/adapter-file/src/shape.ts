// What stands in a file of ours is what was written, where its hash is right, and still nothing that a type could promise: anybody can print
// such a text. Only what would run code into an error of no meaning is looked at.

type Check = (value: unknown) => boolean;
type Parts = Readonly<Record<string, Check>>;
type Kind = 'layout' | 'manifest' | 'snapshot';

const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isAny: Check = () => true;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const mapOf =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check);
const like =
  (parts: Parts): Check =>
  (value) =>
    isObject(value) && wrongPart(value, parts) === undefined;

function wrongPart(value: Readonly<Record<string, unknown>>, parts: Parts): string | undefined {
  return Object.entries(parts).find(
    ([name, check]) => !check(Object.hasOwn(value, name) ? value[name] : undefined),
  )?.[0];
}

const SCHEMA = like({ name: isText, vectors: mapOf(isObject) });
const LAYOUT: Parts = {
  version: isCount,
  schema: SCHEMA,
  vectors: mapOf(isText),
  fields: mapOf(isText),
  texts: listOf(isText),
};
const SHAPES: Readonly<Record<Kind, Parts>> = {
  layout: LAYOUT,
  manifest: {
    ...LAYOUT,
    generation: isCount,
    records: isCount,
    namespaces: mapOf(isCount),
    files: listOf(like({ name: isText, bytes: isCount, sha256: isText })),
  },
  snapshot: {
    format: isText,
    version: isCount,
    id: isText,
    collection: isText,
    source: isText,
    at: isText,
    schema: SCHEMA,
    records: isCount,
    written: like({ parts: isCount, bytes: isCount }),
    rejected: like({ count: isCount, listed: listOf(isObject) }),
    notes: listOf(isText),
    cut: isAny,
    parts: listOf(
      like({
        digest: isText,
        sha256: isText,
        bytes: isCount,
        checksums: isObject,
        records: isCount,
        namespaces: mapOf(isCount),
        first: listOf(isText),
        last: listOf(isText),
      }),
    ),
  },
};

/** What of it is not of its kind; `undefined` where all is. The version of a later release is its own matter. */
export function shapeProblem(value: unknown, kind: Kind, version: number): string | undefined {
  if (!isObject(value)) return 'it is no object';
  if (Number(value['version']) > version) return undefined;
  const part = wrongPart(value, SHAPES[kind]);
  return part === undefined ? undefined : `its "${part}" is missing, or is nothing that was ever written there`;
}
