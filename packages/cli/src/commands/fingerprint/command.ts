import type { Command } from 'commander';
import { examples, locations, outputOptions, settings } from '../../options.ts';
import type { FingerprintFlags } from './flags.ts';

export function addFingerprint(program: Command): void {
  const command = program
    .command('fingerprint')
    .description('Digest a collection, so that it can be compared when it is gone. Reads only.')
    .argument('<location>', `${locations}, or a store of the config file such as prod:docs`);
  settings(command, 'out', 'namespaces', 'batchSize', 'concurrency', 'maxBytesInFlight');
  examples(
    command,
    'vsm fingerprint chroma://localhost:8000/docs --out docs.fingerprint.json',
    "vsm fingerprint 'pglite:./db?table=docs' --out copy.fingerprint.json",
  );
  outputOptions(command).action(async (location: string, flags: FingerprintFlags) => {
    const { fingerprintCollection } = await import('./run.ts');
    await fingerprintCollection(location, flags);
  });
}
