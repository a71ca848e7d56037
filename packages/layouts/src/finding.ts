/** One thing that a framework would make of a collection. */
export interface LayoutFinding {
  readonly about:
    | 'text'
    | 'metadata'
    | 'ids'
    | 'vector'
    | 'metric'
    | 'dimension'
    | 'scope'
    | 'nodes'
    | 'table'
    | 'kept aside';
  /** `problem`: the framework fails or finds nothing. `note`: it works, and something is to be known. */
  readonly level: 'fine' | 'note' | 'problem';
  readonly detail: string;
}

export function finding(about: LayoutFinding['about'], level: LayoutFinding['level'], detail: string): LayoutFinding {
  return { about, level, detail };
}

/** "all 100", "3 of 100" or "none of 100". */
export function share(count: number, { length }: readonly unknown[]): string {
  return count === length
    ? `all ${length} sampled records`
    : `${count === 0 ? 'none' : count} of ${length} sampled records`;
}
