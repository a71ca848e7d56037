export { LivePage, type LiveOptions } from './server.ts';
export { StatusPage, type StatusPageOptions, type StatusTable, type StatusView } from './status-page.ts';
