import { STORE_KEYS } from './keys.ts';

/**
 * Why the words are not taken, where one of them is meant to carry a secret: everybody on the machine can read arguments.
 * `options` are those that there are; none of them does.
 */
export async function refuseSecrets(
  words: readonly string[],
  options: ReadonlySet<string>,
): Promise<string | undefined> {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  for (const word of words.slice(0, end)) {
    const [option, name] = /^--?([a-z][a-z0-9_-]*)/i.exec(word) ?? [];
    if (option === undefined || name === undefined || options.has(option)) continue;
    const { isSecretParameter } = await import('@vsm/report/redact');
    if (!isSecretParameter(name)) continue;
    return (
      `--${name} is not an option: other users of this machine can see arguments, and shells keep them. Set the environment ` +
      `variable instead (${STORE_KEYS.join(', ')}; VSM_SOURCE_API_KEY and ` +
      'VSM_TARGET_API_KEY where both ends are of one kind), or refer to one in vsm.config.'
    );
  }
  return undefined;
}

/** `--json=stream` is an option of its own, because `--json` must not take the next word for its value. */
export function spellJson(words: readonly string[]): string[] {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  return words.flatMap((word, index) => {
    if (index < end && word === '--json=stream') return ['--json', '--json-stream'];
    return index < end && word === '--json=document' ? ['--json'] : [word];
  });
}
