/** Where every place has a record. */
export function densePlaces(from: number, to: number, limit: number): readonly number[] {
  return Array.from({ length: Math.max(0, Math.min(limit, to - from)) }, (_, at) => from + at);
}
