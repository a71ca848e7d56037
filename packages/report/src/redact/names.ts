/** Names under which people keep secrets, in any spelling: `apiKey`, `api_key`, `PGPASSWORD`, `Authorization`. */
const SECRET_NAME =
  /pass(?:word|wd|phrase)?$|pwd$|secret|token$|api[-_ ]?key|auth(?:orization)?$|credential|private[-_ ]?key|access[-_ ]?key/i;

/** Whether what stands under the name is a secret: a field of a record, a setting, a variable of the environment. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/**
 * The same of a parameter or an option, where a plain `key` opens something; a field of that name only sorts. MongoDB has a session token
 * of AWS among the properties of its mechanism.
 */
export function isSecretParameter(name: string): boolean {
  return isSecretName(name) || /(?:^|[-_.])key$|^authMechanismProperties$/i.test(name);
}
