import { conform } from './conform.ts';

conform(['parquet', 'jsonl']);
