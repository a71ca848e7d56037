export { checkReportPath, reportHtml, writeReport } from './file.ts';
export {
  failureOf,
  type Failure,
  type JudgedSearch,
  type LabelledSearch,
  type MeanFigure,
  type ReportDocument,
  type ReportRun,
  type RunOutcome,
} from './model.ts';
export * from './text/index.ts';
