export { startElasticsearchEmulator, type ElasticsearchEmulator } from './server.ts';
