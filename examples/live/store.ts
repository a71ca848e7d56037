import { Chroma } from '@langchain/community/vectorstores/chroma';
import { createChroma } from '@vsm/adapter-chroma';
import { createQdrant } from '@vsm/adapter-qdrant';
import { openLive } from '@vsm/live';
import { collectionStore, liveVectorStore } from '@vsm/live/langchain';
import { targetCollection } from '@vsm/live/vsm';
import { ChromaClient } from 'chromadb';
import { HashedWords } from './embeddings.ts';

const embeddings = new HashedWords();

/** The vector store of the application, as it was before the move. */
export function openChroma(url: URL) {
  const index = new ChromaClient({ host: url.hostname, port: Number(url.port) });
  return new Chroma(embeddings, { collectionName: 'notes', index });
}

/** The same, while it moves to Qdrant and back. */
export async function openStore(places: { chroma: URL; qdrant: string; journal: string }) {
  const live = await openLive({ move: 'notes', journal: places.journal, whenJournalIsDown: 'refuse-writes' });
  const source = createChroma({ url: places.chroma.href });
  const target = createQdrant({ url: places.qdrant });
  const moved = collectionStore(embeddings, await targetCollection(live, { source, target }));
  return { live, store: liveVectorStore(live, { source: openChroma(places.chroma), target: moved }) };
}
