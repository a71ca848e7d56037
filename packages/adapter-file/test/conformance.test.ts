import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testAdapter } from '@vsm/conformance/vitest';
import { afterAll, describe } from 'vitest';
import { createFile, type Format } from '../src/index.ts';

const root = mkdtempSync(join(tmpdir(), 'vsm-file-'));
afterAll(() => rmSync(root, { recursive: true }));

describe.each<Format>(['parquet', 'jsonl', 'jsonl.gz', 'jsonl.zst'])('%s', (format) => {
  testAdapter({ adapter: 'file', connect: () => createFile({ path: join(root, format), format }) });
});
