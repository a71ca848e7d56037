import { parseArgs } from 'node:util';
import { startPineconeEmulator } from './index.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '5080' },
    'api-key': { type: 'string' },
    'api-version': { type: 'string' },
    'failure-rate': { type: 'string', default: '0' },
    'latency-ms': { type: 'string', default: '0' },
    'write-lag-ms': { type: 'string', default: '25' },
    seed: { type: 'string', default: '1' },
  },
});

const emulator = await startPineconeEmulator({
  port: Number(values.port),
  apiKey: values['api-key'],
  apiVersion: values['api-version'],
  faults: {
    failureRate: Number(values['failure-rate']),
    latencyMs: Number(values['latency-ms']),
    writeLagMs: Number(values['write-lag-ms']),
    seed: Number(values.seed),
  },
});
process.stdout.write(`url=${emulator.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.close());
