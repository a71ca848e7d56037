import { createRequire } from 'node:module';
import type * as Arrow from 'apache-arrow';

/**
 * The copy of Arrow that LanceDB uses. It is CommonJS and loads Arrow's CommonJS build; a table made with the other build is
 * taken for foreign, rebuilt value by value, and refused.
 */
export const arrow: typeof Arrow = createRequire(import.meta.url)('apache-arrow') as typeof Arrow;
