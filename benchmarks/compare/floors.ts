import { Agent, request } from 'node:http';
import type { Job } from './measured-job.ts';
import type { StoreSpec } from './stores.ts';

// What nobody gets below who speaks JSON with Qdrant: a page is one answer and one JSON.parse, a batch one JSON.stringify and one
// request, and nothing is looked at.

const PAGE = 1000;
const agent = new Agent({ keepAlive: true });

interface Page {
  readonly result: { readonly points: readonly object[]; readonly next_page_offset: number | string | null };
}

export async function parsePages({ source, sourceCollection }: Job): Promise<number> {
  let count = 0;
  await eachPage(urlOf(source), sourceCollection, (points) => {
    count += points.length;
  });
  return count;
}

export async function printPages({ source, target, sourceCollection, targetCollection }: Job): Promise<{
  readonly run: () => Promise<number>;
}> {
  const pages: (readonly object[])[] = [];
  await eachPage(urlOf(source), sourceCollection, (points) => {
    pages.push(points);
  });
  const url = `${urlOf(target)}/collections/${targetCollection}/points`;
  return {
    async run() {
      for (const points of pages) await send('PUT', `${url}?wait=false`, JSON.stringify({ points }));
      return pages.reduce((sum, { length }) => sum + length, 0);
    },
  };
}

async function eachPage(url: string, collection: string, work: (points: readonly object[]) => void): Promise<void> {
  for (let offset: number | string | null | undefined; offset !== null;) {
    const body = JSON.stringify({ limit: PAGE, offset, with_payload: true, with_vector: true });
    const answer = await send('POST', `${url}/collections/${collection}/points/scroll`, body);
    const { result } = JSON.parse(answer) as Page;
    work(result.points);
    offset = result.next_page_offset;
  }
}

function send(method: string, url: string, body: string): Promise<string> {
  const bytes = Buffer.from(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      agent,
      method,
      headers: { 'content-type': 'application/json', 'content-length': bytes.length },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', reject);
      answer.once('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (answer.statusCode === 200) resolve(text);
        else reject(new Error(text.slice(0, 300)));
      });
    });
    outgoing.end(bytes);
  });
}

function urlOf(spec: StoreSpec): string {
  if (spec.kind !== 'qdrant') throw new Error('this floor is for Qdrant');
  return spec.url;
}
