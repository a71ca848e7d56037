import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createHttp, type HttpRequest } from './exchange.ts';

/** Hangs up on every socket that is used again. */
async function startServer(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const used = new WeakSet<object>();
  const server = createServer(({ method = '', socket }, answer) => {
    asked.push(method);
    if (used.has(socket)) socket.destroy();
    used.add(socket);
    answer.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

const settings = {
  adapter: 'acme',
  headers: {},
  timeoutMs: 60_000,
  ca: undefined,
  maxConnections: 1,
  maxAnswerBytes: 1000,
  maxRetryAfterMs: 0,
};

it('a question on a socket that is closed meanwhile is asked anew, and a write is not', async () => {
  const { url, asked } = await startServer();
  const http = createHttp(settings);
  onTestFinished(() => http.close());
  const ask = (method: HttpRequest['method']): Promise<number> =>
    http.ask({ action: 'ask', location: url, method, url }, ({ status }) => status);
  expect([await ask('GET'), await ask('GET')]).toEqual([200, 200]);
  expect(asked).toEqual(['GET', 'GET', 'GET']);
  await expect(ask('POST')).rejects.toMatchObject({ code: 'REMOTE_FAILED', retryable: true });
  expect(asked).toEqual(['GET', 'GET', 'GET', 'POST']);
});
