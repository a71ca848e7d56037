import type { ConformanceCase } from '../case.ts';
import { collectionCases } from './collections.ts';
import { deleteCases } from './delete.ts';
import { errorCases } from './errors.ts';
import { fetchCases } from './fetch.ts';
import { filterCases } from './filter.ts';
import { harnessCases } from './harness.ts';
import { lifecycleCases } from './lifecycle.ts';
import { locationCases } from './locations.ts';
import { metadataCases } from './metadata.ts';
import { namespaceCases } from './namespaces.ts';
import { orderCases } from './order.ts';
import { partitionCases } from './partitions.ts';
import { queryCases } from './query.ts';
import { refusalCases } from './refusals.ts';
import { reservedWordCases } from './reserved-words.ts';
import { scanCases } from './scan.ts';
import { scanInUseCases } from './scan-in-use.ts';
import { schemaCases } from './schema.ts';
import { twoRoadsCases } from './two-roads.ts';
import { upsertCases } from './upsert.ts';
import { vectorCases } from './vectors.ts';

/** Every case, in the order in which an adapter is best written. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...harnessCases,
  ...lifecycleCases,
  ...collectionCases,
  ...schemaCases,
  ...upsertCases,
  ...refusalCases,
  ...fetchCases,
  ...deleteCases,
  ...vectorCases,
  ...metadataCases,
  ...reservedWordCases,
  ...scanCases,
  ...twoRoadsCases,
  ...partitionCases,
  ...scanInUseCases,
  ...namespaceCases,
  ...filterCases,
  ...orderCases,
  ...queryCases,
  ...errorCases,
  ...locationCases,
];
