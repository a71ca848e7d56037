export { LivePage, type LiveOptions } from './server.ts';
