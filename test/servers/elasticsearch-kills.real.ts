import { createElasticsearch } from '@vsm/adapter-elasticsearch';
import { afterAll, expect, it } from 'vitest';
import { crashAndResume } from '../crash/crash.ts';

// On the server that ELASTICSEARCH_URL or OPENSEARCH_URL names.
const url = process.env['ELASTICSEARCH_URL'] ?? process.env['OPENSEARCH_URL'] ?? '';
afterAll(async () => {
  await using store = createElasticsearch({ url });
  await store.dropCollection?.('docs');
});

const KILLS = 20;
const plan = { moment: 'any', records: 1500, kills: KILLS } as const;
const whole = { passed: true, missing: 0, extra: 0, changed: 0, targetCount: plan.records };

it('twenty kills as the target lose nothing, and leave the settings as they were', async () => {
  const { kills, verification } = await crashAndResume({ pair: 'file-opensearch', ...plan });
  expect([kills, verification]).toMatchObject([KILLS, whole]);
  const { docs } = (await (await fetch(`${url}/docs/_settings`)).json()) as {
    docs: { settings: { index: Readonly<Record<string, string>> } };
  };
  const { refresh_interval: refresh, number_of_replicas: replicas } = docs.settings.index;
  expect([refresh, replicas]).toEqual([undefined, '1']);
}, 900_000);

it('twenty kills as the source lose nothing', async () => {
  const { kills, verification } = await crashAndResume({ pair: 'opensearch-file', ...plan });
  expect([kills, verification]).toMatchObject([KILLS, whole]);
}, 900_000);
