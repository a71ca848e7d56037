import { own } from '@vsm/core/adapter';
import type { VectorStoreV1 } from '@vsm/core';
import type { Finding } from './finding.ts';

/** Paths at which a server tells its version without a key. */
const VERSION_PATHS: Readonly<Record<string, string>> = {
  // https://docs.trychroma.com/reference/server: a JSON text.
  chroma: '/api/v2/version',
  // https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-info, and OpenSearch alike: { version: { number } }.
  elasticsearch: '/',
  // https://api.qdrant.tech/api-reference/service/root: { title, version }.
  qdrant: '/',
  // https://docs.weaviate.io/deploy/configuration/meta: { version, modules }.
  weaviate: '/v1/meta',
};

/** Signed requests and certificates bear less than this. */
const CLOCK_TOLERANCE_SECONDS = 60;
const TIMEOUT_MS = 10_000;

/** What an HTTP server tells of itself besides its collections. Other stores have no such place. */
export async function serverFindings(side: string, store: VectorStoreV1, signal: AbortSignal): Promise<Finding[]> {
  const path = own(VERSION_PATHS, store.adapter);
  const [, secure, host] = /^[a-z]+(\+https)?:\/\/([^/#?]+)/.exec(store.location) ?? [];
  if (path === undefined || host === undefined) return [];
  try {
    const url = `${secure === undefined ? 'http' : 'https'}://${host}${path}`;
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
    const received = Date.now();
    const version = versionIn(await response.text());
    return [
      {
        check: `${side}: version`,
        status: version === undefined ? 'warning' : 'ok',
        detail: version === undefined ? `${host} does not tell its version` : `${store.adapter} ${version}`,
        ...(version === undefined && { advice: `Check that it is a ${store.adapter} server, and not a proxy's page.` }),
      },
      clockFinding(side, response.headers.get('date'), received),
    ];
  } catch {
    // That it does not answer is a finding of its own.
    return [];
  }
}

function versionIn(text: string): string | undefined {
  try {
    const answer = JSON.parse(text) as unknown;
    if (typeof answer === 'string') return answer;
    if (typeof answer === 'object' && answer !== null && 'version' in answer) {
      const { version } = answer;
      const inner = typeof version === 'object' && version !== null && 'number' in version ? version.number : version;
      return String(inner);
    }
  } catch {
    // No JSON, no version.
  }
  return undefined;
}

export function clockFinding(side: string, date: string | null, received: number): Finding {
  const check = `${side}: clock`;
  const served = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(served)) return { check, status: 'ok', detail: 'not compared: the server does not tell the time' };
  const off = Math.round((received - served) / 1000);
  if (Math.abs(off) <= CLOCK_TOLERANCE_SECONDS) {
    return { check, status: 'ok', detail: `within ${CLOCK_TOLERANCE_SECONDS} s of this machine` };
  }
  return {
    check,
    status: 'warning',
    detail: `this machine is ${Math.abs(off)} s ${off > 0 ? 'ahead' : 'behind'}`,
    advice: 'Set both clocks by NTP: certificates, signed requests and filters by time depend on it.',
  };
}
