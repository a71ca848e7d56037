import {
  isMetadataObject,
  MOST_LEVELS,
  own,
  parseJson,
  setOwn,
  tooDeep,
  unfit,
  type MetadataValue,
} from '@vsm/core/adapter';

const ESCAPED = '__lc_escaped__';
const NO_NUMBER = 'vsm_no_number';
const TOKENS = /\\.|"|NaN|-?Infinity/g;

/**
 * An entry of what `dump` of Python wrote, in which `NaN` may stand for a number.
 * @throws SyntaxError where it is no JSON otherwise
 */
export function parsePythonEntry(text: string): MetadataValue {
  try {
    return parseJson(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    let isInText = false;
    const replaced = text.replaceAll(TOKENS, (token) => {
      if (token === '"') isInText = !isInText;
      return isInText || token === '"' ? token : noNumber(token);
    });
    return parseJson(replaced);
  }
}

/** Metadata as it was before `dumpd` of LangChain wrote it down. Objects of classes, which it keeps by their names, have the record rejected. */
export function undumped(value: MetadataValue, level = 0): MetadataValue {
  if (level > MOST_LEVELS) return tooDeep();
  if (Array.isArray(value)) return value.map((item) => undumped(item, level + 1));
  if (!isMetadataObject(value)) return value;
  const [escaped, type, id] = [own(value, ESCAPED), own(value, 'type'), own(value, 'id')];
  // Nothing within is escaped once more.
  if (escaped !== undefined && Object.keys(value).length === 1) return escaped;
  if (own(value, 'lc') === 1 && typeof type === 'string' && Array.isArray(id))
    return unfit(type === NO_NUMBER ? `it is ${id.join('')}` : `it is an object of ${id.join('.')}`);
  const object: Record<string, MetadataValue> = {};
  for (const [key, item] of Object.entries(value)) setOwn(object, key, undumped(item, level + 1));
  return object;
}

function noNumber(token: string): string {
  return JSON.stringify({ lc: 1, type: NO_NUMBER, id: [token] });
}
