import type { ConformanceCase } from '../case.ts';
import { collectionCases } from './collections.ts';
import { deleteCases } from './delete.ts';
import { errorCases } from './errors.ts';
import { fetchCases } from './fetch.ts';
import { filterCases } from './filter.ts';
import { harnessCases } from './harness.ts';
import { lifecycleCases } from './lifecycle.ts';
import { locationCases } from './locations.ts';
import { longTextCases } from './long-texts.ts';
import { metadataCases } from './metadata.ts';
import { namespaceCases } from './namespaces.ts';
import { nearestCases } from './nearest.ts';
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
import { vectorKindCases } from './vector-kinds.ts';
import { vectorCases } from './vectors.ts';
import { wholeSchemaCases } from './whole-schema.ts';

/** Every case, in the order in which an adapter is best written. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...harnessCases,
  ...lifecycleCases,
  ...collectionCases,
  ...schemaCases,
  ...wholeSchemaCases,
  ...upsertCases,
  ...longTextCases,
  ...refusalCases,
  ...fetchCases,
  ...deleteCases,
  ...vectorCases,
  ...vectorKindCases,
  ...metadataCases,
  ...reservedWordCases,
  ...scanCases,
  ...twoRoadsCases,
  ...partitionCases,
  ...scanInUseCases,
  ...namespaceCases,
  ...filterCases,
  ...orderCases,
  ...nearestCases,
  ...queryCases,
  ...errorCases,
  ...locationCases,
];
