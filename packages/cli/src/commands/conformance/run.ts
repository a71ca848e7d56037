import { VsmError, type AdapterModuleV1 } from '@vsm/core';
import type { ConformanceOptions, ConformanceReport, RunOptions } from '@vsm/conformance';
import { EXIT } from '../../exit-codes.ts';
import { loadBeside, loadFrom } from '../../load-module.ts';
import { runCommand } from '../../run.ts';
import { caseText, reportText } from './text.ts';
import type { ConformanceFlags } from './flags.ts';

interface Suite {
  readonly runConformance: (options: RunOptions) => Promise<ConformanceReport>;
}

interface Adapter extends Partial<AdapterModuleV1> {
  /** For what a location cannot say: an independent reader, known deviations. */
  readonly conformance?: ConformanceOptions;
}

export async function conformance(name: string, flags: ConformanceFlags): Promise<void> {
  await runCommand(flags, async ({ print, emit, secrets }) => {
    const suite = await loadModule<Suite>('@vsm/conformance', 'It has the suite: npm install @vsm/conformance');
    const adapter = await loadModule<Adapter>(
      name,
      'Give a package that is installed here, or a path such as ./my-adapter.js.',
    );
    if (flags.location !== undefined) secrets.learnLocation(flags.location);
    const report = await suite.runConformance({
      ...optionsOf(adapter, name, flags.location),
      onCase: (result) => {
        emit({ type: 'case', ...result });
        if (result.status === 'failed') print(caseText(result));
      },
    });
    return {
      exitCode: report.failed === 0 ? EXIT.done : EXIT.differences,
      document: report,
      text: reportText(report),
    };
  });
}

/** As seen from the working directory first, and from this package for whoever installed both for the whole machine. */
async function loadModule<Module>(name: string, advice: string): Promise<Module> {
  const isPath = /^\.{0,2}\//.test(name);
  const local = await loadFrom<Module>(process.cwd(), name);
  const found = local ?? (isPath ? undefined : await loadBeside<Module>(name));
  if (found !== undefined) return found;
  throw new VsmError('INVALID_OPTIONS', `There is no module "${name}". ${advice}`);
}

function optionsOf(adapter: Adapter, name: string, location: string | undefined): ConformanceOptions {
  if (location === undefined) {
    if (adapter.conformance !== undefined) return adapter.conformance;
    throw new VsmError(
      'INVALID_OPTIONS',
      `Say where to open it, with --location; or export \`conformance\`, the options of the suite, from "${name}".`,
    );
  }
  const { openLocation } = adapter;
  if (openLocation === undefined) {
    throw new VsmError('INVALID_OPTIONS', `"${name}" exports no openLocation, so --location cannot be opened with it.`);
  }
  const connect = (): ReturnType<ConformanceOptions['connect']> => openLocation(location).store;
  const probe = openLocation(location).store;
  return { adapter: probe.adapter, connect, ...adapter.conformance };
}
