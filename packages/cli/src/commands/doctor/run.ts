import { VsmError } from '@vsm/core';
import { EXIT } from '../../exit-codes.ts';
import { runCommand } from '../../run.ts';
import { environmentFindings } from './environment.ts';
import { fleetFindings } from './fleet.ts';
import { storeFindings } from './store.ts';
import { findingText } from './text.ts';
import type { DoctorFlags } from './flags.ts';

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
    findings.push(...(await fleetFindings(flags, context)));
    const problems = findings.filter(({ status }) => status === 'problem').length;
    const warnings = findings.filter(({ status }) => status === 'warning').length;
    return {
      exitCode: problems === 0 ? EXIT.done : EXIT.failed,
      document: { success: problems === 0, findings },
      text: [...findings.map(findingText), `${problems} problems, ${warnings} warnings`].join('\n'),
    };
  });
}
