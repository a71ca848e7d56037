import type * as Api from '@opentelemetry/api';
import type * as Sdk from '@opentelemetry/sdk-node';
import { VsmError, type RunObserver } from '@vsm/core';
import type * as Otel from '@vsm/otel';
import { loadBeside } from './load-module.ts';

export interface Telemetry {
  readonly observer: RunObserver;
  /** Metrics of a live move. @returns what ends them */
  readonly watchMove: typeof Otel.watchMove;
  /** Sends what is left, and never fails. */
  end(): Promise<void>;
}

interface TelemetrySettings {
  /** Is told once that telemetry does not arrive. */
  readonly note: (text: string) => void;
  readonly load?: typeof loadBeside | undefined;
}

/** A command that is done does not wait longer than this for a collector that is not there. */
const MOST_MS = 5000;

const LONGEST_REASON = 200;

/**
 * Starts an SDK that the standard `OTEL_` variables configure.
 * @throws VsmError `INVALID_OPTIONS` where its packages are not installed
 */
export async function startTelemetry({ note, load = loadBeside }: TelemetrySettings): Promise<Telemetry> {
  const [api, sdk, otel] = await Promise.all([
    load<typeof Api>('@opentelemetry/api'),
    load<typeof Sdk>('@opentelemetry/sdk-node'),
    load<typeof Otel>('@vsm/otel'),
  ]);
  if (api === undefined || sdk === undefined || otel === undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      '--otel needs packages that are not installed. Install them: npm install @vsm/otel @opentelemetry/api @opentelemetry/sdk-node',
    );
  }
  const { env } = process;
  // Left to itself, the SDK sends the whole command line and who is logged in.
  env['OTEL_NODE_RESOURCE_DETECTORS'] ??= 'env,serviceinstance';
  const named = env['OTEL_SERVICE_NAME'] ?? /(?:^|,)\s*service\.name=/.exec(env['OTEL_RESOURCE_ATTRIBUTES'] ?? '');
  // There are none.
  env['OTEL_LOGS_EXPORTER'] ??= 'none';
  const node = new sdk.NodeSDK(named === null ? { serviceName: 'vsm' } : {});
  // The SDK's own logger prints to stdout, where results go, and only if OTEL_LOG_LEVEL asks for it.
  let told = false;
  const tell = (problem: unknown): void => {
    if (!told) note(`Telemetry does not arrive: ${reason(problem)}`);
    told = true;
  };
  if (env['OTEL_LOG_LEVEL'] === undefined) watchProblems(api, tell);
  node.start();
  return {
    observer: otel.createOtelObserver(),
    watchMove: otel.watchMove,
    async end() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          tell(`the collector did not answer within ${MOST_MS / 1000} s`);
          resolve();
        }, MOST_MS);
      });
      await Promise.race([node.shutdown().catch(tell), late]);
      clearTimeout(timer);
      // The next SDK of this process would not be let in.
      for (const signal of [api.trace, api.metrics, api.context, api.propagation, api.diag]) signal.disable();
    },
  };
}

function watchProblems({ diag, DiagLogLevel }: typeof Api, tell: (problem: string) => void): void {
  const silent = (): void => undefined;
  const logger = { error: tell, warn: silent, info: silent, debug: silent, verbose: silent };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
}

function reason(problem: unknown): string {
  const [line = ''] = (problem instanceof Error ? problem.message : String(problem)).split('\n');
  // The SDK writes some errors down as JSON, stack and all.
  return line.slice(0, LONGEST_REASON);
}
