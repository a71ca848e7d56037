import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { EXIT } from '../../packages/cli/src/exit-codes.ts';
import { SETTINGS } from '../../packages/cli/src/settings.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/distributed.md'), 'utf8');
const [compose, job] = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']): unknown => parse(text));

interface Compose {
  readonly services: Readonly<Record<string, { readonly command?: readonly string[]; readonly environment?: object }>>;
}
interface Job {
  readonly kind: string;
  readonly spec: {
    readonly podFailurePolicy: {
      readonly rules: readonly { readonly onExitCodes: { readonly values: readonly number[] } }[];
    };
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly args: readonly string[];
          readonly env: readonly { readonly name: string }[];
        }[];
      };
    };
  };
}

/** Flags that `vsm` has no setting for. */
function unknownFlags(words: readonly string[]): readonly string[] {
  const known = new Set(Object.values(SETTINGS).flatMap(({ flag }) => flag?.split(' ')[0] ?? []));
  return words.filter((word) => word.startsWith('--') && !known.has(word));
}

it('the compose file starts a ledger, a queue that keeps what it is told, and workers', () => {
  const { services } = compose as Compose;
  expect(Object.keys(services)).toEqual(['ledger', 'queue', 'worker']);
  expect(services['queue']?.command).toEqual(expect.arrayContaining(['--appendonly', 'yes', 'noeviction']));
  const { command = [], environment } = services['worker'] ?? {};
  expect(command.slice(0, 3)).toEqual(['npx', 'vsm', 'worker']);
  expect(unknownFlags(command)).toEqual([]);
  expect(environment).toMatchObject({ VSM_QUEUE: 'redis://queue:6379', VSM_RUN_DIR: 'postgresql://vsm@ledger/vsm' });
});

it('the Kubernetes Job does not count a worker as failed that leaves the rest to others', () => {
  const { kind, spec } = job as Job;
  expect(kind).toBe('Job');
  expect(spec.podFailurePolicy.rules.flatMap(({ onExitCodes }) => onExitCodes.values)).toEqual([EXIT.workLeft]);
  const [container] = spec.template.spec.containers;
  expect(container?.args[0]).toBe('worker');
  expect(container?.args).toContain('--until-idle');
  expect(unknownFlags(container?.args ?? [])).toEqual([]);
  expect(container?.env.map(({ name }) => name)).toEqual(['VSM_QUEUE', 'VSM_RUN_DIR', 'PGPASSWORD']);
});

it('every command and flag of the page is one that there is', () => {
  const words = [...page.matchAll(/^ *(?:vsm .*|--.*)$/gm)].flatMap(([line]) => line.split(/[\s`]+/));
  expect(words.length).toBeGreaterThan(30);
  expect(unknownFlags(words)).toEqual([]);
});
