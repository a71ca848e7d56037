import { setTimeout as delay } from 'node:timers/promises';

const AGAIN_MS = 200;
const TRIES = 300;

/** Asks again where a busy journal does not answer, as a person would. */
export async function insist<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries === TRIES) throw error;
      await delay(AGAIN_MS);
    }
  }
}
