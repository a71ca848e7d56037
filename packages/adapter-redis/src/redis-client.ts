/** As much as is needed of a `Redis` of ioredis: the replies come as bytes. */
export interface RedisClient {
  pipeline(): RedisPipeline;
}

interface RedisPipeline {
  callBuffer(command: string, ...words: (string | Buffer)[]): unknown;
  exec(): Promise<[error: Error | null, reply: unknown][] | null>;
}
