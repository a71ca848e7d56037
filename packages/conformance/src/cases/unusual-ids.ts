import type { Capabilities } from '@vsm/core/adapter';

/** Ids that break URLs, query texts and comparisons; as many of them as the store's limit on length admits. */
export function unusualIds({ limits, metadata }: Capabilities): readonly string[] {
  const ids = [
    ' ',
    'with space',
    ' leading and trailing ',
    'a/b',
    'a%2Fb',
    '../up',
    '.',
    'a?b=c&d#e',
    "it's",
    '"quoted"',
    'back\\slash',
    "'; DROP TABLE records; --",
    '$1',
    '{"id":1}',
    '*',
    '%',
    '_',
    'null',
    '__proto__',
    'constructor',
    'line\nbreak',
    'tab\there',
    'Case',
    'case',
    'é',
    'e\u0301',
    '日本語',
    'العربية',
    '👩‍👩‍👧',
    '\u{10ffff}',
    '\uffff',
    '\uFEFFwith byte order mark',
    'x'.repeat(500),
    ...(metadata.nul ? ['nul\0inside'] : []),
    ...(metadata.loneSurrogates ? ['\ud800'] : []),
  ];
  const { idBytes } = limits;
  return idBytes === undefined ? ids : ids.filter((id) => new TextEncoder().encode(id).length <= idBytes);
}
