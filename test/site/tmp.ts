import { launch } from '../page/browser.ts';
import { serveFolder } from './serve.ts';
const s = await serveFolder('/work/wt/site/site/dist');
const b = await launch();
for (const [w, h, scheme, path, name] of [
  [1280, 800, 'light', '/', 'a'],
  [390, 844, 'dark', '/', 'b'],
  [1280, 900, 'dark', '/moves/chroma-to-qdrant.html', 'c'],
  [390, 844, 'light', '/stores.html', 'd'],
  [1280, 900, 'light', '/commands.html', 'e'],
] as const) {
  const p = await b.newPage({ viewport: { width: w, height: h }, colorScheme: scheme });
  await p.goto(s.url + path);
  await p.waitForLoadState('networkidle');
  await p.screenshot({ path: `/tmp/shot-${name}.png` });
  await p.close();
}
await b.close();
s.close();
