import type { FieldDifference } from './compare.ts';

/** A record that reading page by page gives in another way than fetching it by its id. */
export interface RoadDifference extends Omit<FieldDifference, 'expected' | 'actual'> {
  readonly id: string;
  readonly namespace?: string | undefined;
  readonly scanned: string;
  readonly fetched: string;
}

/** A record of which the store itself says something else than was read. */
export interface OwnRoadDifference extends Omit<FieldDifference, 'expected' | 'actual'> {
  readonly id: string;
  readonly namespace?: string | undefined;
  readonly read: string;
  readonly witnessed: string;
}

/** What the store itself said of records that were read: whole vectors, texts and nested values, each on its own. */
export interface OwnRoadReport {
  readonly by: string;
  /** Records of which it said anything. */
  readonly compared: number;
  /** What of them, such as `document`, `metadata` and `vector "title"`. */
  readonly witnessed: readonly string[];
  readonly unwitnessed: readonly string[];
  readonly differing: number;
  /** The first 20. */
  readonly differences: readonly OwnRoadDifference[];
}

/** The roads to the records of one side, held against each other. */
export interface RoadsReport {
  readonly side: 'source' | 'target';
  /** Records that were read by scan and by fetch. */
  readonly compared: number;
  /** Records of this side. */
  readonly of: number;
  /** Which ones were compared, in words. */
  readonly chosen: string;
  /** Records of which scan and fetch do not agree. Any fails the verification. */
  readonly differing: number;
  /** The first 20. */
  readonly differences: readonly RoadDifference[];
  /** Absent where the store has no road of its own to single records. */
  readonly own?: OwnRoadReport | undefined;
  /** Absent where all roads agree. */
  readonly problem?: string | undefined;
}

/** One report of those of several parts of a side. */
export function mergeRoads(reports: readonly RoadsReport[], side: RoadsReport['side'], chosen: string): RoadsReport {
  const sum = (of: 'compared' | 'differing'): number => reports.reduce((total, report) => total + report[of], 0);
  const differences = reports.flatMap((report) => report.differences);
  const of = Math.max(0, ...reports.map((report) => report.of));
  const own = mergeOwn(reports.flatMap((report) => report.own ?? []));
  return reportOf({ side, of, chosen, compared: sum('compared'), differing: sum('differing'), differences, own });
}

function mergeOwn(reports: readonly OwnRoadReport[]): OwnRoadReport | undefined {
  const [first] = reports;
  if (first === undefined) return undefined;
  const sum = (of: 'compared' | 'differing'): number => reports.reduce((total, report) => total + report[of], 0);
  const all = (of: 'witnessed' | 'unwitnessed'): string[] => [...new Set(reports.flatMap((report) => report[of]))];
  return {
    by: first.by,
    compared: sum('compared'),
    witnessed: all('witnessed'),
    unwitnessed: all('unwitnessed'),
    differing: sum('differing'),
    differences: reports.flatMap(({ differences }) => differences).slice(0, LISTED),
  };
}

const LISTED = 20;

export function reportOf(found: Omit<RoadsReport, 'problem'>): RoadsReport {
  const { side, compared, differing, differences, own } = found;
  const problems: string[] = [];
  if (differing > 0) {
    problems.push(
      `scan and fetch of the ${side} do not agree on ${differing} of ${compared} records${exampleOf(differences)}`,
    );
  }
  if (own !== undefined && own.differing > 0) {
    problems.push(
      `what was read of the ${side} is not what ${own.by} says of ${own.differing} of ${own.compared} records${exampleOf(own.differences)}`,
    );
  }
  const shown = own && { ...own, differences: own.differences.slice(0, LISTED) };
  const { own: _own, ...rest } = found;
  const report = { ...rest, differences: differences.slice(0, LISTED), ...(shown !== undefined && { own: shown }) };
  return problems.length === 0 ? report : { ...report, problem: problems.join('; ') };
}

function exampleOf([first]: readonly { readonly id: string; readonly field: string }[]): string {
  return first === undefined ? '' : `, such as ${first.id} in ${first.field}`;
}
