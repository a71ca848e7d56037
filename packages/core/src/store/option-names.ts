import { VsmError } from '../errors.ts';
import { didYouMean } from '../suggest.ts';

/** Every option of a factory, so that one that is new or gone does not compile until it stands here too. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/**
 * Refuses what is no object, texts that UTF-8 cannot spell, and names that are no option: a mistyped `url` would else mean the server
 * that is the default.
 * @throws VsmError with code `INVALID_OPTIONS`
 */
export function checkOptionNames<Options extends object>(
  adapter: string,
  options: Options,
  names: OptionNames<Options>,
): void {
  const known = Object.keys(names);
  // What it is instead may hold a key, and is not shown.
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalid(adapter, `the options must be an object, with one or more of ${known.join(', ')}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(names, name)) {
      const hint = didYouMean(name, known, `Known: ${known.join(', ')}`);
      throw invalid(adapter, `there is no option "${name}". ${hint}`);
    }
    // It may be a key, so it is not shown.
    if (typeof value === 'string' && !value.isWellFormed())
      throw invalid(adapter, `\`${name}\` contains half of a surrogate pair, which no URL and no file name can spell`);
  }
}

function invalid(adapter: string, what: string): VsmError {
  return new VsmError('INVALID_OPTIONS', `${adapter}: ${what}`, { adapter });
}
