import type { ItemRef, RunRow, RunState, Wave } from './model.ts';

const STATE_OF: Readonly<Record<Wave, RunState>> = {
  prepare: 'preparing',
  copy: 'copying',
  finish: 'finishing',
  compare: 'verifying',
  conclude: 'concluding',
  restore: 'cancelling',
};

export function firstRow(compares: boolean): RunRow {
  const none = { items: 1, open: 1, failed: 0, copyItems: 0, paused: false, lateUntil: 0, takeovers: 0 };
  return { ...none, state: 'preparing', wave: 'prepare', compares };
}

/** Whether the items of its wave may be worked on. */
export function isOpen({ state, wave, paused }: RunRow): boolean {
  return !paused && state === STATE_OF[wave];
}

/** Whether nothing of the run is left to do, unless somebody asks for it. */
export function isOver({ state }: Pick<RunRow, 'state'>): boolean {
  return state === 'done' || state === 'differences' || state === 'failed' || state === 'cancelled';
}

export function enter(run: RunRow, wave: Wave, items: number): RunRow {
  return { ...run, wave, state: STATE_OF[wave], items, open: items, failed: 0 };
}

/** One item less is open. */
export function close(run: RunRow, how: 'done' | 'failed', end: { readonly success?: boolean | undefined }): RunRow {
  const left = { ...run, open: run.open - 1, failed: run.failed + (how === 'failed' ? 1 : 0) };
  return left.open > 0 ? left : moveOn(left, end);
}

/** What comes after a wave without an open item. */
export function moveOn(run: RunRow, { success }: { readonly success?: boolean | undefined }): RunRow {
  if (run.failed > 0) return { ...run, state: 'failed' };
  switch (run.wave) {
    case 'prepare':
      return run.copyItems === 0 ? enter(run, 'finish', 1) : enter(run, 'copy', run.copyItems);
    case 'copy':
      return enter(run, 'finish', 1);
    case 'finish':
      return run.compares && run.copyItems > 0 ? enter(run, 'compare', run.copyItems) : enter(run, 'conclude', 1);
    case 'compare':
      return enter(run, 'conclude', 1);
    case 'conclude':
      return { ...run, state: success === true ? 'done' : 'differences' };
    case 'restore':
      return { ...run, state: 'cancelled' };
  }
}

/** Whether an item of the wave takes effect once in the target, rather than page by page. */
export function isSingle(wave: Wave): boolean {
  return wave !== 'copy' && wave !== 'compare';
}

export function refsOf(runId: string, { wave, items }: RunRow): readonly ItemRef[] {
  return Array.from({ length: items }, (_, item) => ({ runId, wave, item }));
}
