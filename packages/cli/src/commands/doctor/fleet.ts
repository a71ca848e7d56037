import { maskLocation } from '@vsm/report/redact';
import { inLedger, loadFleet, placesOf } from '../../fleet/open.ts';
import type { CommandContext } from '../../run.ts';
import type { Finding } from './finding.ts';
import type { DoctorFlags } from './flags.ts';

/** What concerns the servers of a shared run: whether they keep what they are told, and what time they have. */
export async function fleetFindings(flags: DoctorFlags, context: CommandContext): Promise<readonly Finding[]> {
  const configured = (await context.config(flags.config, []).catch(() => undefined))?.runDir;
  if (!inLedger(flags, configured)) return [];
  const { inspectServer } = await loadFleet();
  const { queue, ledger } = placesOf(flags, configured);
  const findings: Finding[] = [];
  for (const [role, url] of [
    ['queue', queue],
    ['ledger', ledger],
  ] as const) {
    if (url === undefined) continue;
    context.secrets.learnLocation(url);
    try {
      findings.push(...(await inspectServer({ url, role })));
    } catch (error) {
      const detail = `${maskLocation(url)} does not answer: ${context.failures.said(error)}`;
      findings.push({ check: role, status: 'problem', detail, advice: 'Check host, port, firewall and password.' });
    }
  }
  return findings;
}
