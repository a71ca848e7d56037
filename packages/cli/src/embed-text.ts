import type { MigrationPlan } from '@vsm/core';
import type { EmbeddingPrice } from '@vsm/embed';
import { line } from '@vsm/report/redact';
import { duration, planText } from '@vsm/report/text';
import { costLines, type MoveCosts } from './costs.ts';
import type { PaidEmbedding } from './paid-embedding.ts';

/** A plan, with what its vectors will cost where a model computes them. */
export interface PricedPlan extends MigrationPlan {
  readonly embeddingPrice?: EmbeddingPrice | undefined;
  /** Of services that charge by use. */
  readonly costs?: MoveCosts | undefined;
}

export function pricedText(plan: PricedPlan): string {
  const { embeddingPrice: price, costs } = plan;
  const plain = [planText(plan), ...costLines(costs)];
  if (price === undefined) return plain.join('\n');
  const { tokensBy, tooLong, price: listed, rates } = price;
  const by = {
    tokenizer: "counted by the model's tokenizer",
    measured: `measured: what the provider counted for ${price.sampled} texts, which are paid for`,
    guessed: 'guessed at three bytes a token',
  }[tokensBy];
  const cost =
    price.cost === undefined || listed === undefined
      ? `unknown: no price of ${price.model} is known; --embed-prices FILE gives one`
      : `${price.cost.toFixed(price.cost < 1 ? 6 : 2)} ${listed.currency}, at ${listed.perMillionTokens} for a million tokens (${listed.source}, ${listed.date})`;
  const become = {
    refuse: 'their records will be rejected',
    cut: 'they will be cut',
    average: 'the vectors of their parts will be averaged',
  }[tooLong.become];
  const limits = [
    rates?.tokensPerMinute === undefined ? [] : `${rates.tokensPerMinute} tokens`,
    rates?.requestsPerMinute === undefined ? [] : `${rates.requestsPerMinute} requests`,
  ].flat();
  return [
    ...plain,
    line`  embed: ${price.texts} texts with ${price.model}, ${price.toPay} of them to be paid for (${price.known} are there already or twice)`,
    line`  tokens: ${price.tokens}, ${by}`,
    line`  cost: ${cost}`,
    ...(price.durationSeconds === undefined
      ? ['  rate limit: not known']
      : [line`  rate limit: ${limits.join(' and ')} a minute, so at least ${duration(price.durationSeconds)}`]),
    ...(tooLong.texts === 0
      ? []
      : [
          line`  note: ${tooLong.texts} texts are longer than ${tooLong.maxTokens ?? '?'} tokens, such as that of ${tooLong.ids[0] ?? ''}: ${become}`,
        ]),
    ...price.neverFilled.map((name) => line`  note: no record has {{${name}}}, of which the text is to be made`),
  ].join('\n');
}

export const withFigures = (result: object, reembedding: PaidEmbedding | undefined): object =>
  reembedding === undefined ? result : { ...result, embedding: reembedding.figures() };

export function embedLines(reembedding: PaidEmbedding | undefined): string[] {
  if (reembedding === undefined) return [];
  const { texts, known, paid, tokens, cost, currency, cut, averaged } = reembedding.figures();
  const money = cost === undefined ? 'at a price that is not known' : `${cost.toFixed(6)} ${currency ?? ''}`;
  const changed = [...(cut > 0 ? [`${cut} cut`] : []), ...(averaged > 0 ? [`${averaged} averaged over parts`] : [])];
  return [
    `embedded: ${[`${texts} texts`, `${known} known`, `${paid} paid for: ${tokens} tokens, ${money}`, ...changed].join(', ')}`,
  ];
}
