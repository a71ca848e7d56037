import { STORAGES } from '../../distributed/test/storages.ts';
import { journalSuite } from './journal-suite.ts';

for (const storage of STORAGES) journalSuite(storage);
