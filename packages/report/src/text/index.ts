export { bytes, count, duration } from '../format.ts';
export { collectionText } from './collection.ts';
export { estimateText } from './estimate.ts';
export { migrationText, rejectionLines } from './migration.ts';
export { planText } from './plan.ts';
export { progressFigures, progressLine } from './progress.ts';
export { trafficLines } from './traffic.ts';
export { verificationLines } from './verification.ts';
