import { ledgerSuite } from './ledger-suite.ts';
import { STORAGES } from './storages.ts';

for (const storage of STORAGES) ledgerSuite(storage);
