export { watchMove, type MoveFigures, type MoveInstance, type MoveReads } from './move.ts';
export { createOtelObserver, type OtelOptions } from './observer.ts';
