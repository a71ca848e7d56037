import type { OutputOptions } from '../../run.ts';

export interface InitFlags extends OutputOptions {
  readonly source?: string;
  readonly target?: string;
  readonly name?: string;
  readonly force?: boolean;
}
