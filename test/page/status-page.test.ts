import { StatusPage } from '@vsm/report/live';
import { expect, onTestFinished, test } from 'vitest';

const view = (status: string, cell: string) => ({
  status,
  tables: [{ caption: 'Figures', columns: ['What', 'How much'], rows: [['marks', cell]] }],
});

test('a status page shows what it was told last, escaped, to whoever knows its address', async () => {
  const page = await StatusPage.open({ command: 'live status', first: view('docs: phase off', '<i>0</i>') });
  onTestFinished(() => page.end());
  const first = await (await fetch(page.url)).text();
  expect(first).toContain('docs: phase off');
  expect(first).toContain('&lt;i&gt;0&lt;/i&gt;');
  expect((await fetch(new URL('/', page.url))).status).toBe(403);
  page.show(view('docs: phase drain', '7'));
  expect(await (await fetch(page.url)).text()).toContain('docs: phase drain');
});

test('browsers that look on are told what changes, and the last of it', async () => {
  const page = await StatusPage.open({ command: 'live status', first: view('docs: phase off', '0') });
  const { body } = await fetch(new URL('events', page.url));
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = (await reader?.read())?.value ?? '';
  expect(text).toContain('event: view');
  page.show(view('docs: phase done', '0'));
  await page.end();
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) text += part.value;
  expect(text).toContain('event: end');
  expect(text).toContain('docs: phase done');
});
