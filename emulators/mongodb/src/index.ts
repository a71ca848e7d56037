export { startMongodbEmulator, type MongodbEmulator } from './server.ts';
