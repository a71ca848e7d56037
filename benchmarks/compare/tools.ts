import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Pair } from './pairs.ts';
import type { StoreSpec } from './stores.ts';

/** Somebody else's tool, for one pair. */
export interface Tool {
  readonly pair: string;
  readonly name: string;
  readonly command: string;
}

/**
 * One tool a line: `pair | name | command`, where the command may hold `{source}`, `{target}` (collections), `{source.url}`,
 * `{source.host}`, `{source.port}`, `{source.grpc}` (scheme, host and next port) and the same of `target`. Tools that are not on
 * the PATH are left out.
 */
export function readTools(file: string | undefined): Tool[] {
  if (file === undefined) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [pair = '', name = '', command = ''] = line.split('|').map((part) => part.trim());
      return { pair, name, command };
    })
    .filter(({ command }) => isOnPath(command.split(/\s+/)[0] ?? ''));
}

export function commandOf({ command }: Tool, pair: Pair, targetCollection: string): string[] {
  const values: Record<string, string> = {
    source: pair.sourceCollection,
    target: targetCollection,
    ...placesOf('source', pair.source),
    ...placesOf('target', pair.target),
  };
  return command
    .split(/\s+/)
    .map((word) => word.replaceAll(/\{([\w.]+)\}/g, (whole, key: string) => values[key] ?? whole));
}

function placesOf(side: string, spec: StoreSpec): Record<string, string> {
  if (!('url' in spec)) return {};
  const { protocol, hostname, port } = new URL(spec.url);
  return {
    [`${side}.url`]: spec.url,
    [`${side}.host`]: hostname,
    [`${side}.port`]: port,
    [`${side}.grpc`]: `${protocol}//${hostname}:${Number(port) + 1}`,
  };
}

function isOnPath(name: string): boolean {
  return [...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)), name].some((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
