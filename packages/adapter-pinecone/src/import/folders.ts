import { own } from '@vsm/core/adapter';
import { fromWireNamespace, MARK, toWireNamespace } from '../names.ts';

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
