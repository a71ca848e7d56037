import { CONFIG_SETTINGS, type Setting } from './settings.ts';

/** The JSON Schema of a config file, which `schema.json` holds as `#/$defs/config`. Functions only TypeScript files can have. */
export function configSchema(): object {
  const migration = Object.fromEntries(
    CONFIG_SETTINGS.filter(([, { type }]) => type !== 'function').map(([name, setting]) => [
      name,
      settingSchema(setting),
    ]),
  );
  const store = { location: { type: 'string' }, apiKey: { type: 'string' } };
  return {
    description: 'vsm.config.json and .yaml.',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      stores: {
        description: 'Stores by name.',
        type: 'object',
        additionalProperties: {
          anyOf: [{ type: 'string' }, { type: 'object', properties: store, required: ['location'] }],
        },
      },
      migrations: {
        description: 'Migrations by name.',
        type: 'object',
        additionalProperties: { type: 'object', properties: migration, required: ['source', 'target'] },
      },
      runDir: { description: 'Where runs are remembered, from the folder of this file.', type: 'string' },
    },
  };
}

const TYPES: Readonly<Record<Exclude<Setting['type'], 'texts' | 'function' | 'whole number or all'>, string>> = {
  text: 'string',
  'whole number': 'integer',
  number: 'number',
  'yes or no': 'boolean',
  object: 'object',
};

function settingSchema({ type, help, choices, default: otherwise }: Setting): object {
  const names = choices === undefined ? {} : { enum: choices };
  const description = otherwise === undefined ? help : `${help} (default: ${otherwise})`;
  if (type === 'texts') return { description, type: 'array', items: { type: 'string', ...names } };
  if (type === 'whole number or all') return { description, anyOf: [{ type: 'integer' }, { const: 'all' }] };
  return { description, ...(type === 'function' ? {} : { type: TYPES[type] }), ...names };
}
