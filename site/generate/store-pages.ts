// A page for each store, and one for each move that people look for.
import { and, testedText, type Store } from '../../scripts/stores/facts.ts';
import { carried, encoded, encodings, lost } from '../../scripts/stores/phrases.ts';
import type { Page } from './stage.ts';
import { differences } from './differences.ts';

export interface Move {
  readonly from: Store;
  readonly to: Store;
}

/** Every pair that either side names as looked for. */
export function movesOf(stores: readonly Store[]): Move[] {
  return stores.flatMap((from) =>
    stores
      .filter((to) => from !== to && (from.movesTo.includes(to.scheme) || to.movesFrom?.includes(from.scheme) === true))
      .map((to) => ({ from, to })),
  );
}

const placeOfMove = ({ from, to }: Move): string => `moves/${from.scheme}-to-${to.scheme}.md`;

const quoted = (location: string): string => (/[?*]/.test(location) ? `'${location}'` : location);

function install(...stores: readonly Store[]): string {
  const packages = stores.flatMap(({ packageName, install: others = [] }) => [packageName, ...others]);
  return `$ npm install @vsm/cli ${[...new Set(packages)].join(' ')}`;
}

export function storePage(store: Store, moves: readonly Move[]): Page {
  const { name, scheme, folder, location, environment, leaving, arriving, capabilities } = store;
  const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
  const links = moves
    .filter(({ from, to }) => from === store || to === store)
    .map((move) => `[${move.from.name} to ${move.to.name}](../${placeOfMove(move)})`);
  const { limits } = capabilities;
  const bounds = Object.entries(limits).map(([limit, value]) => `${LIMITS[limit] ?? limit} ${value}`);
  const sections = [
    `# ${name}`,
    `What VSM carries into and out of ${name}, from what its adapter declares. **Tested with** ${testedText(store)}.`,
    `\`\`\`console\n${install(store)}\n$ npx vsm inspect ${quoted(location)}\n\`\`\``,
    environment.length === 0 ? '' : `Its key comes from ${and(environment.map((one) => `\`${one}\``))}.`,
    `All options and what they do: [${store.packageName}](../packages/${folder}.md).`,
    `## Carried as it is\n\n${sentence(carried(store))}`,
    `## Encoded, and restored on the way back\n\n${encoded(store) === '' ? 'Nothing has to be.' : `${sentence(encoded(store))} These lie in one metadata field, \`__vsm\`, and come back when the record moves on.`}`,
    `## Not carried\n\n${lost(store) === '' ? 'Nothing that the record model has.' : `${sentence(lost(store))} The plan lists what of it your records have, before anything is written.`}`,
    `## While it is used\n\n${SCANS[capabilities.scan]} ${capabilities.readAfterWrite === 'eventual' ? 'What was written can be read some moments later; verification waits for it.' : 'What was written can be read at once.'}${bounds.length === 0 ? '' : `\n\nLimits that are kept for you: ${and(bounds)}.`}`,
    leaving.length === 0 ? '' : `## Records come from here\n\n${list(leaving)}`,
    arriving.length === 0 ? '' : `## Records arrive here\n\n${list(arriving)}`,
    links.length === 0 ? '' : `## Moves\n\n${links.join(' · ')}`,
  ];
  return { place: `stores/${scheme}.md`, text: `${sections.filter(Boolean).join('\n\n')}\n` };
}

export function movesIndex(moves: readonly Move[]): Page {
  const from = Map.groupBy(moves, (move) => move.from);
  const lines = [...from].map(
    ([{ name, scheme }, list]) =>
      `- **[${name}](../stores/${scheme}.md)** to ${list.map((move) => `[${move.to.name}](../${placeOfMove(move)})`).join(', ')}`,
  );
  const text = [
    '# Moves',
    'Any store moves to any other with the same words; these are the pairs that people look for, with what is different between the two.',
    lines.join('\n'),
  ];
  return { place: 'moves/index.md', text: `${text.join('\n\n')}\n` };
}

export function movePage(move: Move): Page {
  const { from, to } = move;
  const keys = [...new Set([...from.environment, ...to.environment])].map((name) => `\`${name}\``);
  const traps = [...from.leaving, ...to.arriving, ...(from.pairs?.[to.scheme] ?? [])];
  const needed = encodings(to.capabilities).filter((what) => !encodings(from.capabilities).includes(what));
  const pair = `${quoted(from.location)} ${quoted(to.location)}`;
  const sections = [
    `# Move from ${from.name} to ${to.name}`,
    `A collection of ${from.name} becomes one of ${to.name}: every record with its id, vectors, text and metadata, compared by value on both sides afterwards.`,
    `\`\`\`console\n${install(from, to)}\n$ npx vsm plan ${pair}\n$ npx vsm migrate ${pair}\n\`\`\``,
    `\`plan\` writes nothing. \`migrate\` shows the plan once more, asks, copies and verifies; \`*\` in place of the collection takes all of them.${keys.length === 0 ? '' : ` Keys come from ${and(keys)}.`}`,
    `## What is different there\n\n${differences(from, to)}`,
    needed.length === 0
      ? ''
      : `## What is encoded\n\nWhere your records have it: ${needed.join(', ')}. It lies in the metadata field \`__vsm\`, and is itself again when the records move back or on.`,
    traps.length === 0 ? '' : `## Watch out\n\n${traps.map((trap) => `- ${trap}`).join('\n')}`,
    `## While the application keeps writing\n\n${SCANS[from.capabilities.scan]} Run the same command with \`--sync\` when the writers rest, and switch then: [Move a production system](../guides/production-move.md). If a framework wrote the records, it looks for them in its own form: [Layouts](../layouts.md).`,
    `More of each: [${from.name}](../stores/${from.scheme}.md) · [${to.name}](../stores/${to.scheme}.md)`,
  ];
  return { place: placeOfMove(move), text: `${sections.filter(Boolean).join('\n\n')}\n` };
}

const SCANS: Readonly<Record<Store['capabilities']['scan'], string>> = {
  snapshot: 'A scan reads what was there when it began, and nothing of what is written meanwhile.',
  stable: 'Every record that nobody writes to while it is read is read; what is written meanwhile may come or not.',
  'best-effort': 'Records may be missed while others write, so pause the writers for the last run.',
};

const LIMITS: Readonly<Record<string, string>> = {
  upsertBatch: 'records a write:',
  fetchIds: 'ids a fetch:',
  idBytes: 'bytes of an id:',
  metadataBytes: 'bytes of metadata:',
  dimension: 'dimensions:',
};

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
