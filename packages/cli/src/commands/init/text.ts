/** A config file that explains itself. */
export function configText({ source, target, name }: Readonly<Record<'source' | 'target' | 'name', string>>): string {
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
  return `// What vsm migrates. Run it with: vsm migrate ${name}
// To see before what would happen, and what would be lost: vsm plan ${name}
import { defineConfig } from '@vsm/cli';

export default defineConfig({
  // Stores by name, so that "prod:docs" is a collection. Keys and passwords are read from the environment where \${NAME} stands:
  // stores: {
  //   prod: { location: 'chroma+https://chroma.example.org', apiKey: '\${PROD_CHROMA_KEY}' },
  //   app: 'postgresql://me:\${APP_PASSWORD}@localhost/app',
  // },

  migrations: {
    ${key}: {
      // "*" in place of the collection means all of them.
      source: ${quoted(source)},
      target: ${quoted(target)},

      // How deep to compare afterwards: 'count', 'ids', 'values' (every value), or 'search' (same queries, same hits).
      verify: 'values',

      // Only some records:
      // filter: { status: 'published', year: { $gte: 2025 } },

      // Other names and types of metadata fields:
      // fields: { rename: { lang: 'language' }, drop: ['internal'], cast: { year: 'integer' } },

      // Anything else. It must return the same for the same record each time:
      // transform: (record) => ({ ...record, document: record.document?.trim() }),

      // Write no faster than this, where the target serves people at the same time:
      // maxRecordsPerSecond: 500,

      // Losses that the plan lists and that you accept, by name:
      // allowLoss: ['sparse-vectors'],
    },
  },
});
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
