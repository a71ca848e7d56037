export { defineConfig, env, type MigrationConfig, type StoreConfig, type VsmConfig } from './config.ts';
