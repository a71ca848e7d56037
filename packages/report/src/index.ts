export { checkReportPath, reportHtml, writeReport } from './file.ts';
export { bytes, count, duration } from './format.ts';
export { failureOf, type Failure, type ReportDocument, type ReportRun, type RunOutcome } from './model.ts';
export { collectionText } from './text/collection.ts';
export { estimateText } from './text/estimate.ts';
export { migrationText, rejectionLines } from './text/migration.ts';
export { planText } from './text/plan.ts';
export { progressFigures, progressLine } from './text/progress.ts';
export { verificationLines } from './text/verification.ts';
