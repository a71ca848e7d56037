// A Qdrant emulator in a process of its own. Tells its URL to the process that forked it, and ends with it.
import { startQdrantEmulator } from '@vsm/emulator-qdrant';

const latencyMs = Number(process.argv[2] ?? 0);
const emulator = await startQdrantEmulator({ grpc: true, version: '1.19.0', faults: { latencyMs } });
process.send?.(emulator.url);
process.once('disconnect', () => void emulator.close());
