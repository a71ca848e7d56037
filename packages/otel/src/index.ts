export {
  watchMove,
  type MoveDrain,
  type MoveFigures,
  type MoveInstance,
  type MoveRates,
  type MoveReads,
} from './move.ts';
export { createOtelObserver, type OtelOptions } from './observer.ts';
