/** Takes a lock and answers to its parent, under the name and number that every container of one image has. */
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { createInterface } from 'node:readline';

Object.defineProperty(process, 'pid', { value: 1 });
os.hostname = () => 'pod';
syncBuiltinESMExports();
const { lock } = await import('@vsm/core/files');

const [path = '', seconds = '15'] = process.argv.slice(2);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const codeOf = (error: unknown): string => (error as { code?: string }).code ?? String(error);
const held = await lock(path, { what: 'The thing', staleAfterSeconds: Number(seconds) }).catch((error: unknown) => {
  say(codeOf(error));
  process.exit(0);
});
say('locked');
for await (const command of createInterface({ input: process.stdin })) {
  if (command === 'check') say(await held.check().then(() => 'held', codeOf));
  if (command === 'release') {
    await held.release();
    process.exit(0);
  }
}
