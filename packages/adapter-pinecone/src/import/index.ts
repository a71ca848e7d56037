export { createPineconeImport, openLocation, type PineconeImportOptions } from './import.ts';
