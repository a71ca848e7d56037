import { VsmError } from '@vsm/core';
import type * as Embed from '@vsm/embed';
import { loadBeside } from './load-module.ts';

/** @throws VsmError `INVALID_OPTIONS` saying what needs it, where it is not installed */
export async function loadEmbed(what: string): Promise<typeof Embed> {
  const embedPackage = await loadBeside<typeof Embed>('@vsm/embed');
  if (embedPackage !== undefined) return embedPackage;
  throw new VsmError('INVALID_OPTIONS', `${what} needs a package that is not installed: npm install @vsm/embed`);
}
