import { createRedactor, secretsIn, type Redactor } from '@vsm/report/redact';

const ENVIRONMENT =
  /^(?:CHROMA|ELASTICSEARCH|QDRANT|PINECONE|TURBOPUFFER|UPSTASH|WEAVIATE|MILVUS|OPENAI|VSM_EMBED|VSM_SOURCE|VSM_TARGET)_API_KEY$|^UPSTASH_VECTOR_REST_TOKEN$|^AWS_(?:SECRET_ACCESS_KEY|SESSION_TOKEN)$|^(?:PG|REDIS_)PASSWORD$/;
/** Shorter ones stand in too many words. */
const SHORTEST = 3;

/** What one command knows and must not show. It learns as it reads the environment, locations and the config file. */
export class Secrets {
  readonly #known = new Set<string>();
  readonly redactor: Redactor = createRedactor({ known: this.#known });

  constructor(environment: NodeJS.ProcessEnv) {
    for (const [name, value] of Object.entries(environment)) if (ENVIRONMENT.test(name)) this.learn(value);
  }

  learn(secret: string | undefined): void {
    if (secret !== undefined && secret.length >= SHORTEST) this.#known.add(secret);
  }

  learnLocation(location: string): void {
    for (const secret of secretsIn(location)) this.#known.add(secret);
  }
}
