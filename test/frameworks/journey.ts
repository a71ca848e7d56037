import { isDeepStrictEqual } from 'node:util';
import type { VectorStoreV1 } from '@vsm/core';
import { documents, idOf, WORDS, type Entry } from './documents.ts';
import { move, type Application, type Place, type StoreName } from './moves.ts';
import type { Frameworks } from './frameworks.ts';

/** A document as the framework hands it out. */
interface Read {
  readonly id: string;
  readonly text: string;
  readonly metadata: string;
  readonly aside: readonly string[];
  readonly ref?: string;
}

/** Everything that an application can find out about its documents. */
interface Seen {
  readonly documents: readonly Read[];
  readonly searches: readonly (readonly string[])[];
  readonly filters: readonly (readonly string[])[];
  /** What searches by words and vector together find, each with its score. */
  readonly hybrid: readonly (readonly (readonly [score: number, id: string])[])[];
}

export interface JourneyResult {
  readonly from: string;
  readonly to: string;
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

const QUERIES = WORDS.slice(0, 10);
const TOP = 5;

export interface Stage {
  readonly frameworks: Frameworks;
  readonly stores: Readonly<Record<StoreName, VectorStoreV1>>;
}

/** One application's documents to another's store: moved, opened, compared, changed, and moved back. */
export async function travel(
  from: Application,
  to: Application,
  journey: number,
  stage: Stage,
): Promise<JourneyResult> {
  const passed: string[] = [];
  const failed: string[] = [];
  const check = (what: string, found: unknown, wanted: unknown): void => {
    if (isDeepStrictEqual(found, wanted)) passed.push(what);
    else failed.push(`${what}: found ${short(found)}, wanted ${short(wanted)}`);
  };
  const result = { from: from.name, to: to.name, passed, failed };
  try {
    const given = documents(journey, {
      nested: from.nested && to.nested,
      blobs: from.blobs && to.blobs,
      booleans: from.withoutBooleans !== true && to.withoutBooleans !== true,
      wanted: { ...from.wanted, ...to.wanted },
    });
    // A server that was there before may hold what an earlier run left.
    const name = `journey_${process.pid}_${journey}`;
    const [home, away] = [place(from, `${name}_a`), place(to, `${name}_b`)];
    await ask(stage, home, 'add', [given], true);
    const filters = FILTERS.filter(([, value]) => {
      const takesNumbers = from.withoutNumbers !== true && to.withoutNumbers !== true;
      return takesNumbers || typeof value === 'string';
    });
    const before = await look(stage, home, given.length, filters);
    check('the application itself reads what it wrote', before.documents.length, given.length);

    await move(home, away, stage.stores);
    const after = await look(stage, away, given.length, filters);
    const alike = from.framework === to.framework;
    check(
      'ids, texts, metadata and types',
      after.documents.map(comparable(alike)),
      before.documents.map(comparable(alike)),
    );
    if (!alike && from.framework === 'llamaindex') {
      const found = await ask<string[]>(stage, away, 'filter', ['ref_doc_id', 'file-1', given.length]);
      const chunks = given.filter(({ ref }) => ref === 'file-1').map(({ id }) => id);
      check('filter by ref_doc_id', found.toSorted(), chunks);
    }
    if (alike) check('nothing kept aside', after.documents.filter(({ aside }) => aside.length > 0).length, 0);
    check(`top ${TOP} of ${QUERIES.length} searches`, after.searches, before.searches);
    check('filters', after.filters, before.filters);
    if (from.hybrid === true) check('hybrid searches with their scores', after.hybrid, before.hybrid);

    if (from.sourceOnly !== true) {
      const again = await placeForReturn(stage, home, `${name}_c`, given);
      await move(away, again, stage.stores);
      const back = await look(stage, again, given.length, filters);
      check('and back', back, before);
    }
    await change(stage, away, given, { fresh: idOf(journey, 99), withSources: from.framework === to.framework }, check);
  } catch (error) {
    failed.push(error instanceof Error ? error.message : String(error));
  }
  return result;
}

/** What an application does next with its documents. */
async function change(
  stage: Stage,
  away: Place,
  given: readonly Entry[],
  { fresh, withSources }: { readonly fresh: string; readonly withSources: boolean },
  check: (what: string, found: unknown, wanted: unknown) => void,
): Promise<void> {
  const [first] = given;
  if (first === undefined) return;
  const ids = async (): Promise<string[]> =>
    (await ask<Read[]>(stage, away, 'read', [given.length + 1])).map(({ id }) => id).toSorted();
  await ask(stage, away, 'delete', [[first.id]]);
  const left = given.filter(({ id }) => id !== first.id).map(({ id }) => id);
  check('delete by id', await ids(), left);
  const added = { ...first, id: fresh, text: 'an entirely new document', ref: 'file-9' };
  await ask(stage, away, 'add', [[added]]);
  check('add one more', await ids(), [...left, added.id].toSorted());
  check('and find it', (await ask<string[]>(stage, away, 'search', [added.text, 1]))[0], added.id);
  // Documents of another framework are chunks of nothing.
  if (away.application.framework !== 'llamaindex' || !withSources) return;
  await ask(stage, away, 'delete_ref', ['file-1']);
  const others = given.filter(({ id, ref }) => id !== first.id && ref !== 'file-1').map(({ id }) => id);
  check('delete by ref_doc_id', await ids(), [...others, added.id].toSorted());
}

/** A new collection, or where ids are those of all collections of a table, the emptied first one. */
async function placeForReturn(stage: Stage, home: Place, name: string, given: readonly Entry[]): Promise<Place> {
  if (home.application.collection(name) !== home.application.collection(home.name))
    return place(home.application, name);
  await ask(stage, home, 'delete', [given.map(({ id }) => id)]);
  return home;
}

function place(application: Application, name: string): Place {
  return { application, name };
}

function ask<Result>(
  { frameworks }: Stage,
  { application, name }: Place,
  verb: string,
  words: readonly unknown[],
  make = false,
): Promise<Result> {
  const own = application.name.startsWith('llamaindex-postgres') ? `data_${name}` : name;
  return frameworks.ask({ application: application.name, verb, name: own, make, arguments: words });
}

const FILTERS: readonly (readonly [field: string, value: number | string])[] = [
  ['page', 3],
  ['source', 'docs/ü1.md'],
];

async function look(stage: Stage, at: Place, count: number, wanted: typeof FILTERS): Promise<Seen> {
  const read = await ask<Read[]>(stage, at, 'read', [count]);
  const searches = [];
  for (const query of QUERIES) searches.push(await ask<string[]>(stage, at, 'search', [query, TOP]));
  const filters = [];
  for (const [field, value] of wanted) {
    filters.push((await ask<string[]>(stage, at, 'filter', [field, value, count])).toSorted());
  }
  const hybrid = [];
  for (const query of at.application.hybrid === true ? QUERIES : []) {
    hybrid.push(await ask<Seen['hybrid'][number]>(stage, at, 'hybrid', [query, count]));
  }
  return { documents: read.toSorted((left, right) => (left.id < right.id ? -1 : 1)), searches, filters, hybrid };
}

/** Kept by one framework where its application does not look, and metadata of the other: the document of a node, a text for searches. */
const BETWEEN = /, "(?:ref_doc_id|text_lemmatized)": "(?:[^"\\]|\\.)*"/g;

/** Between frameworks, what only one of them has is kept aside. */
function comparable(alike: boolean): (read: Read) => unknown {
  return ({ aside: _aside, ...read }) => {
    const { id, text, metadata } = read;
    return alike ? read : { id, text, metadata: metadata.replaceAll(BETWEEN, '') };
  };
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
