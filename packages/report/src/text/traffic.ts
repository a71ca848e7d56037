import type { SideTraffic, Traffic } from '@vsm/core';
import { bytes, plural } from '../format.ts';
import { line } from '../redact/printable.ts';

/** A line for each side: what a run reads there and writes. */
export function trafficLines(
  { source, target, basis }: Traffic,
  adapters: { readonly source: string; readonly target: string },
): string[] {
  return [
    line`  traffic: ${adapters.source}: ${sideText(source)}`,
    line`  traffic: ${adapters.target}: ${sideText(target)}`,
    line`  traffic is that of ${basis}`,
  ];
}

function sideText({ bytesRead, bytesWritten, readRequests, writeRequests, written }: SideTraffic): string {
  const read = `about ${bytes(bytesRead)} read in ${plural(readRequests, 'request')} or more`;
  return written === 0
    ? read
    : `about ${bytes(bytesWritten)} written in ${plural(writeRequests, 'request')} or more, ${read}`;
}
