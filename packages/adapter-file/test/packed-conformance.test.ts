import { conform } from './conform.ts';

conform(['jsonl.gz', 'jsonl.zst', 'vdf']);
