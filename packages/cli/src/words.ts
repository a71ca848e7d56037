/** The arguments of a command about a source and a target, which may also be names of migrations: as one list. */
export function wordsOf([source, target, others]: readonly [
  (string | undefined)?,
  (string | undefined)?,
  (string[] | undefined)?,
  ...unknown[],
]): string[] {
  return [source, target, ...(others ?? [])].filter((word) => word !== undefined);
}
