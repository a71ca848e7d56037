import { globSync, readFileSync } from 'node:fs';

/** Which test files run how. One that is in no list below runs with the others. */
export const SHARED = [
  'packages/*/template/test/*.test.ts',
  '{packages,emulators,examples}/*/{src,test}/**/*.test.ts',
  'test/**/*.test.ts',
];

/** Each in a process of its own. */
export const OWN = [
  // They start processes, and end them with the file.
  'test/{cli,docs,embed,leaving-chroma-cloud,mcp,page,release,site}/**/*.test.ts',
  // Frameworks remember the servers that they have met.
  'examples/*/test/**/*.test.ts',
  // They put modules in the place of others, which must not have been loaded before.
  ...globSync(SHARED, { cwd: `${import.meta.dirname}/..`, exclude: ['**/node_modules/**'] }).filter((path) =>
    /vi\.(?:do)?[mM]ock\(/.test(readFileSync(`${import.meta.dirname}/../${path}`, 'utf8')),
  ),
];

/** These run a share of their cases with the others, and all of them with the slow ones. */
export const SHARES = [
  'test/foreign/{random,postgres}.test.ts',
  'test/property/scopes.test.ts',
  'test/backup/{backup,bit-flips}.test.ts',
  'packages/adapter-folder/test/damage.test.ts',
  'packages/adapter-{pinecone,qdrant}/test/migration.test.ts',
  'packages/live/test/simulation.test.ts',
];

/** What takes long for a reason: these run by `npm run test:slow`, and in CI. */
export const SLOW = [
  // Packs every package and installs it as users do.
  'test/cli/packed.test.ts',
  // Moves thousands of collections.
  'test/cli/many-collections.test.ts',
  // Kills migrations again and again.
  'test/crash/crash.test.ts',
  // Moves while an application writes, there and back, with all that has to be waited for.
  'examples/live/test/live.test.ts',
  // Kills an application and its move.
  'test/live/chaos.test.ts',
  // Goes through every store.
  'test/round-trip/ring.test.ts',
  // Installs every package as the image has them.
  'test/release/image.test.ts',
  // Installs them for each runtime.
  'test/release/runtimes.test.ts',
  // Builds the documentation, and looks at it in a browser.
  'test/site/site.test.ts',
  // Moves many records into every store.
  'test/fingerprint/stores-20000.test.ts',
  // The same of re-embedding.
  'test/embed/killed.test.ts',
  'test/embed/killed-often.test.ts',
  // The same of backups.
  'test/backup/{killed-often,s3-killed}.test.ts',
  // A snapshot into every store.
  'test/backup/stores.test.ts',
  // Uploads are killed again and again.
  'test/object-storage/killed.test.ts',
  // The suite of files once more, over a network.
  'test/object-storage/conformance.test.ts',
  'packages/adapter-pinecone/test/import.test.ts',
  // The suite for the other formats of a file, and the other type of ids.
  'packages/adapter-file/test/packed-conformance.test.ts',
  'packages/adapter-pgvector/test/uuid-conformance.test.ts',
  // Every adapter hears every wrong answer.
  'test/http/wrong-answers.test.ts',
  // Every command of the documents, and of the guide to leaving a service.
  'test/docs/commands.test.ts',
  'test/leaving-chroma-cloud/{guide,leaving}.test.ts',
  // What every command prints and writes, looked through for secrets.
  'test/cli/secrets.test.ts',
  // Shares a run among processes, which are killed.
  'test/{cli,engine}/processes.test.ts',
  'test/cli/{fleet,shared-gate}.test.ts',
  // Each call of a tool is a process.
  'test/mcp/mcp.test.ts',
  // Every layout of a shared table, in every store.
  'packages/layouts/test/shared-collections.test.ts',
  // Every command on every kind of source, which stays as it is to the byte.
  'test/cli/source-untouched.test.ts',
  'test/cli/folders.test.ts',
  // Moves a folder of 600 MB.
  'test/cli/large-folder.test.ts',
  // Pages in a browser, at two widths.
  'test/page/browser.test.ts',
  // Random records there and back, and files damaged at random.
  'test/property/{round-trip,vector-kinds}.test.ts',
  'packages/adapter-file/test/{damage,round-trip.property}.test.ts',
  // From store to store, and a snapshot of a Postgres that is written to.
  'test/round-trip/{chain,chroma-pgvector,weaviate}.test.ts',
  'packages/adapter-pgvector/test/snapshot.test.ts',
];
