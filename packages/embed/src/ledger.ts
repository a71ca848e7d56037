import { VsmError } from '@vsm/core/adapter';
import { costOf, type ModelPrice } from './prices.ts';

/** What was asked of the provider so far, and what it costs. */
export interface LedgerFigures {
  /** Texts that were wanted, a part of one that was averaged counting on its own. */
  readonly texts: number;
  /** Of those, the ones that were there already. */
  readonly known: number;
  /** Texts that the provider was paid for. */
  readonly paid: number;
  readonly requests: number;
  /** As the provider counts them, where it says so. */
  readonly tokens: number;
  /** `undefined` where no price is known. */
  readonly cost: number | undefined;
  readonly currency: string | undefined;
  readonly cut: number;
  readonly averaged: number;
}

/** The code of the error that ends a run at its bound. */
export class BudgetError extends VsmError {
  override readonly name = 'BudgetError';
  constructor(message: string) {
    super('MIGRATION_FAILED', message);
  }
}

export class Ledger {
  readonly #price: ModelPrice | undefined;
  readonly #maxCost: number | undefined;
  readonly #onBudget: ((error: BudgetError) => void) | undefined;
  #reserved = 0;
  /** Whether the provider said how many tokens its answers took, and not we. */
  countedByProvider = true;
  readonly counts = { texts: 0, known: 0, paid: 0, requests: 0, tokens: 0, cut: 0, averaged: 0 };

  /** @throws VsmError `INVALID_OPTIONS` for a bound without a price */
  constructor(
    model: string,
    price: ModelPrice | undefined,
    maxCost: number | undefined,
    onBudget?: (error: BudgetError) => void,
  ) {
    if (maxCost !== undefined && price === undefined) {
      const message = `The cost cannot be bounded: no price of ${model} is known. Give a file with it (--embed-prices).`;
      throw new VsmError('INVALID_OPTIONS', message);
    }
    this.#price = price;
    this.#maxCost = maxCost;
    this.#onBudget = onBudget;
  }

  get figures(): LedgerFigures {
    const cost = this.#price === undefined ? undefined : costOf(this.counts.tokens, this.#price);
    return { ...this.counts, cost, currency: this.#price?.currency };
  }

  /** To be asked before a call of so many tokens. @throws BudgetError where they might cost more than is left */
  reserve(tokens: number): void {
    const most = this.#maxCost;
    if (most !== undefined && this.#price !== undefined) {
      const then = costOf(this.counts.tokens + this.#reserved + tokens, this.#price);
      if (then > most) {
        const { cost = 0, currency = '' } = this.figures;
        const error = new BudgetError(
          `The next texts could cost more than the ${most} ${currency} that were allowed; ${cost.toFixed(6)} ${currency} are spent. What was written stays, and nothing of it is paid for again.`,
        );
        this.#onBudget?.(error);
        throw error;
      }
    }
    this.#reserved += tokens;
  }

  /** `counted`: by the provider; `undefined` where the call failed. */
  settle(reserved: number, answered?: { readonly texts: number; readonly tokens: number | undefined }): void {
    this.#reserved -= reserved;
    if (answered === undefined) return;
    this.counts.requests += 1;
    this.counts.paid += answered.texts;
    if (answered.tokens === undefined) this.countedByProvider = false;
    this.counts.tokens += answered.tokens ?? reserved;
  }
}
