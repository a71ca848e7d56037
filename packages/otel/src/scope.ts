/** What all instruments and spans of this package are said to come from. */
export const SCOPE = '@vsm/otel';
