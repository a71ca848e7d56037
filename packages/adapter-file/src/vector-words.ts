/** A vector of a record, as phrases for people call it. */
export const vectorWords = (name: string): string => (name === '' ? 'the vector' : `vector "${name}"`);
