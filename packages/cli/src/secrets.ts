import { createRedactor, secretsIn, type Redactor } from '@vsm/report/redact';
import { STORE_KEYS } from './keys.ts';

const ENVIRONMENT: ReadonlySet<string> = new Set([
  ...STORE_KEYS,
  'UPSTASH_API_KEY',
  'TURSO_AUTH_TOKEN',
  'OPENAI_API_KEY',
  'VSM_EMBED_API_KEY',
  'VSM_SOURCE_API_KEY',
  'VSM_TARGET_API_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'REDIS_PASSWORD',
]);
/** Shorter ones stand in too many words. */
const SHORTEST = 3;

/** What one command knows and must not show. It learns as it reads the environment, locations and the config file. */
export class Secrets {
  readonly #known = new Set<string>();
  readonly redactor: Redactor = createRedactor({ known: this.#known });

  constructor(environment: NodeJS.ProcessEnv) {
    for (const [name, value] of Object.entries(environment)) if (ENVIRONMENT.has(name)) this.learn(value);
  }

  learn(secret: string | undefined): void {
    if (secret !== undefined && secret.length >= SHORTEST) this.#known.add(secret);
  }

  learnLocation(location: string): void {
    for (const secret of secretsIn(location)) this.#known.add(secret);
  }
}
