// The tables of stores that readers on GitHub see.
import { defineCapabilities } from '../../packages/core/src/adapter/index.ts';
import { and, testedText, type Store } from './facts.ts';
import { carried, encoded, lost } from './phrases.ts';

type Row = readonly string[];

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row): string => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function storeTable(stores: readonly Store[], pathToPackages: string): string {
  return table(
    ['store', 'carried as it is', 'encoded in `__vsm`, restored on the way back', 'not carried'],
    stores.map((store) => [
      `[${store.name}](${pathToPackages}/${store.folder})`,
      carried(store),
      encoded(store),
      lost(store),
    ]),
  );
}

export function testedTable(stores: readonly Store[]): string {
  return table(
    ['store', 'tested with'],
    stores.map((store) => [store.name, testedText(store)]),
  );
}

export function capabilityTable(stores: readonly Store[]): string {
  const yes = (value: boolean): string => (value ? 'yes' : 'no');
  return table(
    ['store', 'scheme', 'ids', 'vectors', 'namespaces', 'metrics', 'scan', 'exact search', 'reads own writes'],
    stores.map(({ name, scheme, capabilities }) => [
      name,
      `\`${scheme}:\``,
      and(capabilities.ids),
      and(capabilities.vectors),
      yes(capabilities.namespaces),
      and(capabilities.metrics),
      capabilities.scan,
      yes(capabilities.exactQuery),
      capabilities.readAfterWrite,
    ]),
  );
}

/** Every fact that an author leaves out, with the cautious value that stands for it. */
export function defaultsTable(): string {
  const { metadata, ...facts } = defineCapabilities({});
  const rows = [
    ...Object.entries(facts),
    ...Object.entries(metadata).map(([name, value]) => [`metadata.${name}`, value]),
  ];
  return table(
    ['fact', 'value'],
    rows.map(([name, value]) => [`\`${String(name)}\``, `\`${JSON.stringify(value)}\``]),
  );
}
