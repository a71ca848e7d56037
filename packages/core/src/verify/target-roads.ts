import { ByteBudget } from '../scan/byte-budget.ts';
import { scanPages } from '../scan/pages.ts';
import { forEachPart, scanParts } from '../scan/parts.ts';
import { EVERYTHING, targetNamespaces, type Sides } from './ids.ts';
import { evenly, mostWitnessed, OF_A_PAGE, RoadCheck, WHOLE } from './roads.ts';
import type { RoadsReport } from './roads-report.ts';

/** Parts into which a target is split so that its scan is looked at in many places. */
const MOST_PARTS = 64;
const OF_A_PART = 2000;
const LAST_PART = 10_000;

/** Scans a share of the target, which has been fetched only, and fetches that share. */
export async function checkTargetRoads(sides: Sides, records: number): Promise<RoadsReport> {
  const { plan, target, concurrency, maxBytesInFlight, retry, signal, batchSize } = sides;
  const witness = mostWitnessed(sides);
  const check = new RoadCheck(sides, 'target', records);
  const whole = records <= (witness ?? WHOLE);
  const count = whole ? concurrency : Math.max(concurrency, Math.min(MOST_PARTS, Math.ceil(records / OF_A_PART)));
  const namespaces = targetNamespaces(sides);
  const parts = await scanParts(target, count, { namespaces, signal });
  const last = parts.at(-1);
  // Two pages: what is wrong with cursors shows in the second.
  const ofPart = witness === undefined ? OF_A_PAGE + 1 : Math.max(2, Math.ceil(witness / parts.length));
  const limit = whole ? batchSize : Math.min(batchSize, OF_A_PAGE, Math.max(1, ofPart - 1));
  const settings = {
    namespaces,
    limit,
    budget: new ByteBudget(maxBytesInFlight, concurrency, plan.sample.bytesPerRecord),
    include: EVERYTHING,
    retry,
  };
  let toItsEnd = true;
  await forEachPart(parts, concurrency, signal, async (part, stop) => {
    let read = 0;
    const isLast = !whole && part === last;
    for await (const page of scanPages(target, part, {
      ...settings,
      limit: part === last ? batchSize : limit,
      signal: stop,
    })) {
      const before = read;
      read += page.records.length;
      if (!isLast) await check.compare(page.records);
      else if (before < ofPart || page.cursor === null) {
        await check.compare(evenly(page.records, Math.max(OF_A_PAGE, ofPart - before)));
      }
      if (!whole && !isLast && (read >= ofPart || page.cursor === null)) break;
      if (isLast && read >= LAST_PART && page.cursor !== null) {
        toItsEnd = false;
        break;
      }
    }
  });
  const ends = `the first records of each of ${parts.length} parts, and ${toItsEnd ? 'of the last page' : `of the first ${LAST_PART} of the last part`}`;
  return check.report(ends);
}
