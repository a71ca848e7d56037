// Puts the guide for authors of adapters into the tarball of @vsm/conformance. Runs before it is packed, on whatever Node packs it.
import { readFileSync, writeFileSync } from 'node:fs';

const guide = readFileSync(new URL('../docs/write-an-adapter.md', import.meta.url), 'utf8');
// What a link leads to in this repository does not lie in the tarball.
const text = guide.replaceAll(/\[([^\]]+)\]\(\.\.?\/[^)]*\)/g, '$1');
writeFileSync(new URL('../packages/conformance/write-an-adapter.md', import.meta.url), text);
