/** What a vector is called in a report. */
export function vectorLabel(name: string): string {
  return name === '' ? 'vector' : `vector "${name}"`;
}
