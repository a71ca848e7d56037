import { parseArgs } from 'node:util';
import { startQdrantEmulator } from './index.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '6333' },
    version: { type: 'string' },
    'api-key': { type: 'string' },
    distributed: { type: 'boolean' },
    'no-grpc': { type: 'boolean' },
    'failure-rate': { type: 'string', default: '0' },
    'latency-ms': { type: 'string', default: '0' },
    'write-lag-ms': { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
});

const emulator = await startQdrantEmulator({
  port: Number(values.port),
  version: values.version,
  apiKey: values['api-key'],
  distributed: values.distributed,
  grpc: values['no-grpc'] !== true,
  faults: {
    failureRate: Number(values['failure-rate']),
    latencyMs: Number(values['latency-ms']),
    writeLagMs: Number(values['write-lag-ms']),
    seed: Number(values.seed),
  },
});
process.stdout.write(`url=${emulator.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.close());
