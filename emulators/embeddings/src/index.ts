export { startEmbeddings, type EmbeddingsEmulator, type EmbeddingsOptions } from './server.ts';
export { countTokens, vectorOf } from './model.ts';
