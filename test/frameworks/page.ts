import type { JourneyResult } from './journey.ts';

/** The page of the docs that says what was run, and nothing else. */
export function page(
  results: readonly JourneyResult[],
  versions: ReadonlyMap<string, string>,
  servers: Readonly<Record<string, string>>,
): string {
  const rows = results.map(({ from, to, passed, failed }) => [
    from,
    to,
    failed.length === 0
      ? `${passed.length} of ${passed.length}`
      : `${passed.length} of ${passed.length + failed.length}`,
  ]);
  const on = Object.entries(servers).map(([name, version]) => `${name} (${version})`);
  return [
    '# The frameworks themselves',
    '',
    '<!-- Made by: npm run test:frameworks -- --docs -->',
    '',
    'For each line, an application of the framework on the left wrote 14 documents into its store, VSM moved them, and an application of',
    'the framework on the right opened what VSM had written: ids, texts, metadata with their types, blobs and references, the top 5 of',
    'ten searches (by words and vector together where it says hybrid, with their scores), two filters, then deleting by id (and by `ref_doc_id` in LlamaIndex) and adding one more. What was moved back was',
    `compared with what was there before. Run on ${on.join(', ')}.`,
    '',
    'Of MongoDB no package registry has a server that searches, so that an emulator stands for it; nor has one the parts of Elasticsearch and',
    'OpenSearch by which LlamaIndex deletes by `ref_doc_id`, and in OpenSearch by id: what its filter finds is deleted there by their client.',
    '',
    'Memories of Mem0 are those of one user, added as they are said (`infer=False`), for which it asks no model; they are found by vectors, since its search by words',
    'wants a model that it downloads. The table of Spring AI is made as its documentation has applications make it, since the Postgres of the package registry has no',
    '`hstore`; its stores for Chroma and Qdrant are not run, of which the first was not to be had from Maven and the second speaks gRPC, which the emulator does not.',
    '',
    'Of Open WebUI run its own vector clients (for Qdrant the one that shares collections, as it is set where nothing is), out of its package; of the rest of it,',
    'the module of settings has a stand-in with the defaults, since that one opens its database, and nothing is uploaded, split or embedded by it.',
    '',
    'LangChain for JavaScript and LlamaIndexTS are run by the tests of [examples/layouts](../examples/layouts). Not run are Dify, Flowise and n8n,',
    'whose layouts are written from their source, and CrewAI and txtai, for which there is none: txtai 9.14.0 wants PyTorch (539 MB, and the libraries of CUDA',
    'besides) before it can be imported, and keeps texts in a table apart from the one of its vectors; CrewAI 1.15.30 takes 836 MB of packages of its own, whose',
    'versions are pinned apart from those of the others.',
    '',
    ...table([['from', 'to', 'checks that passed'], ...rows]),
    '',
    '## Versions',
    '',
    ...table([['application', 'packages'], ...versions]),
    '',
  ].join('\n');
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string[] {
  const widths = head.map((cell, at) => Math.max(cell.length, 3, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
