export { maskLocation, secretsIn, withoutMasks } from './location.ts';
export { isSecretName, isSecretParameter } from './names.ts';
export { line, printable, printableLines } from './printable.ts';
export { createRedactor, type Redactor, type RedactorOptions } from './redactor.ts';
