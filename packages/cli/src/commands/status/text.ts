import type { FleetProgress } from '@vsm/distributed';
import { duration } from '@vsm/report/text';
import { line } from '@vsm/report/redact';

/** Where a shared run stands, in a few lines. */
export function statusText(progress: FleetProgress): string {
  const { runId, state, paused, items, workers, takeovers, vectorsProcessed, totalVectors, errors } = progress;
  const rate = progress.vectorsPerSecond > 0 ? `, ${Math.round(progress.vectorsPerSecond)} a second` : '';
  const left = progress.etaSeconds === undefined ? '' : `, ${duration(progress.etaSeconds)} left`;
  const failed = items.failed > 0 ? `, ${items.failed} given up` : '';
  return [
    line`${runId}: ${paused ? `${state}, paused` : state}`,
    `  ${vectorsProcessed} of ${totalVectors} records, ${errors} rejected${rate}${left}`,
    `  ${items.done} of ${items.total} items done, ${items.taken} taken${failed}, ${takeovers} taken over from workers that were not heard of`,
    ...workers.map(
      ({ worker, held, slots, refused }) =>
        line`  worker ${worker}: ${held.length} of ${slots} slots, ${refused} appends refused`,
    ),
    ...progress.problems.map((problem) => line`  ${problem}`),
  ].join('\n');
}
