import { VsmError } from '@vsm/core';
import type * as Mcp from '@vsm/mcp';
import { secretsIn } from '@vsm/report/redact';
import { exitCodeOf, Failures } from '../../failures.ts';
import { loadBeside } from '../../load-module.ts';
import { Secrets } from '../../secrets.ts';
import { ownVersion } from '../../version.ts';
import type { McpFlags } from './flags.ts';
import { runAsChild } from './child.ts';

/** Serves until the client goes away. Stdout is the protocol's: nothing else is printed there. */
export async function mcp(flags: McpFlags, commands: ReadonlySet<string>): Promise<void> {
  try {
    const server = await loadBeside<typeof Mcp>('@vsm/mcp');
    if (server === undefined) {
      throw new VsmError(
        'INVALID_OPTIONS',
        'vsm mcp needs a package that is not installed. Install it: npm install @vsm/mcp',
      );
    }
    await server.serve({
      version: ownVersion(),
      run: runAsChild,
      commands,
      allowWrite: flags.allowWrite,
      allowRows: flags.allowRows,
      hasSecret: (location) => secretsIn(location).length > 0,
    });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    process.stderr.write(`vsm: ${new Failures({}, new Secrets(process.env).redactor).text(error)}\n`);
  }
}
