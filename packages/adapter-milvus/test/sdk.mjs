// Milvus' own client in a process of its own: with the conditions of vitest, it asks for modules of AWS that are not there.
import { MilvusClient } from '@zilliz/milvus2-sdk-node';

process.on('message', (message) => void answer(message));

async function answer({ number, url, method, request }) {
  const client = new MilvusClient({ address: url.replace('http://', ''), telemetry: { enabled: false } });
  try {
    await client.connectPromise;
    process.send?.({ number, answer: await client[method](request) });
  } catch (error) {
    process.send?.({ number, problem: String(error) });
  } finally {
    await client.closeConnection();
  }
}
