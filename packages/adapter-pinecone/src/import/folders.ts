import { own } from '@vsm/core/adapter';
import { fromWireNamespace, MARK, toWireNamespace } from '../names.ts';

/** What most file systems end a name at. */
const LONGEST_BYTES = 255;
/** What no folder of Windows can be called: the mark itself has such a character. */
// oxlint-disable-next-line no-control-regex
const REFUSED_BY_WINDOWS = /[\x00-\x1f<>:"|?*]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** What would lead to another folder, or to a hidden one. */
const LEADS_AWAY = /[/\\]|^\./g;
const PERCENT: Readonly<Record<string, string>> = { '/': '%2F', '\\': '%5C', '.': '%2E' };

/** The folder of a namespace. What no folder can be called is percent-encoded behind the mark that the adapter reads. */
export function folderOf(namespace: string): string {
  const wire = toWireNamespace(namespace);
  if (wire.search(LEADS_AWAY) === -1) return wire;
  const marked = wire.startsWith(MARK) ? wire.slice(MARK.length) : wire.replaceAll('%', '%25');
  return MARK + marked.replaceAll(LEADS_AWAY, (character) => own(PERCENT, character) ?? character);
}

export function namespaceOf(folder: string): string {
  return fromWireNamespace(folder);
}

/**
 * Why there can be no such folder on this machine, where the files lie even before they are sent to a bucket. Another name would be
 * another namespace in Pinecone, which calls it as the folder is called.
 */
export function folderProblem(namespace: string, platform: NodeJS.Platform = process.platform): string | undefined {
  const folder = folderOf(namespace);
  const bytes = Buffer.byteLength(folder);
  if (bytes > LONGEST_BYTES) return `its namespace takes ${bytes} bytes as a folder, over ${LONGEST_BYTES}`;
  if (platform !== 'win32' || !REFUSED_BY_WINDOWS.test(folder)) return undefined;
  return `its namespace would be the folder "${folder}", which Windows does not take; run vsm on another system`;
}
