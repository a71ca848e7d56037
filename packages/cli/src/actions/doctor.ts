import { VsmError } from '@vsm/core';
import type { DoctorFlags } from '../commands/doctor.ts';
import { environmentFindings } from '../doctor/environment.ts';
import type { Finding } from '../doctor/finding.ts';
import { storeFindings } from '../doctor/store.ts';
import { EXIT } from '../exit-codes.ts';
import { runCommand } from '../run.ts';

const MARKS = { ok: 'ok     ', warning: 'warning', problem: 'PROBLEM' } as const;

export async function doctor(locations: readonly string[], flags: DoctorFlags): Promise<void> {
  await runCommand(flags, async (context) => {
    if (locations.length > 2) {
      throw new VsmError('INVALID_OPTIONS', `Name a source and a target at the most; ${locations.length} were given.`);
    }
    const { config, findings } = await environmentFindings(flags, context);
    for (const [index, location] of locations.entries()) {
      const side = index === 0 ? 'source' : 'target';
      const question = { side, config, write: flags.write === true, layout: flags.layout } as const;
      findings.push(...(await storeFindings(location, question, context)));
    }
    const problems = findings.filter(({ status }) => status === 'problem').length;
    const warnings = findings.filter(({ status }) => status === 'warning').length;
    return {
      exitCode: problems === 0 ? EXIT.done : EXIT.failed,
      document: { success: problems === 0, findings },
      text: [...findings.map(findingText), `${problems} problems, ${warnings} warnings`].join('\n'),
    };
  });
}

function findingText({ check, status, detail, advice }: Finding): string {
  const line = `${MARKS[status]}  ${check}: ${detail}`;
  return advice === undefined ? line : `${line}\n         → ${advice}`;
}
