export type { ImportForm } from './form.ts';
export { createImport, openImportLocation, type ImportOptions } from './import.ts';
