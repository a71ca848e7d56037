import type { MoveHeader, MoveStatus, ShadowFigures } from '@vsm/live';
import { line } from '@vsm/report/redact';
import { calledBy, calledRecord, ratesText, secondsAgo } from './words.ts';

/** How records are brought over, and back. */
export function planText({ plan, back, settleMs }: MoveHeader): string {
  const { source, target, totalVectors, losses, encodings } = plan;
  const slow = Object.values(settleMs).some((ms) => ms > 0);
  return [
    line`${totalVectors} records of "${source.collection}" in ${source.adapter} to "${target.collection}" in ${target.adapter}`,
    ...losses.map(({ name, detail }) => line`lost by name: ${name}: ${detail}`),
    ...Object.entries(encodings).map(([what, count]) => line`stored in another form: ${what} (${count} of the sample)`),
    ...('why' in back
      ? back.why.map((why) => line`no way back after the switch, because ${why}`)
      : ['after the switch there is a way back']),
    ...(slow
      ? [
          'a store shows writes late: each mark is kept for a minute, and the switch can only succeed while nobody writes',
        ]
      : []),
  ].join('\n');
}

export function statusText(status: MoveStatus): string {
  const { move, now, phase, instances, runner, facts, marks, held, refused, left, doubtful, unanswered } = status;
  const ago = secondsAgo(now);
  const figures = runner?.figures;
  const silent = instances.filter(({ ack }) => ack < phase.version).length;
  return [
    line`${move}: phase ${phase.phase}${phase.percent === undefined ? '' : ` ${phase.percent} %`}, since ${ago(phase.since)}`,
    ...instances.map(
      ({ name, beat, ack, longestHoldMs = 0, records }) =>
        line`  instance ${name}: heard of ${ago(beat)}${ack < phase.version ? ', has not acknowledged' : ''}${longestHoldMs === 0 ? '' : `, longest hold ${(longestHoldMs / 1000).toFixed(1)} s`}${records === true ? ', writes on without its journal' : ''}`,
    ),
    ...instances.flatMap(({ name, shadow }) => (shadow === undefined ? [] : [shadowText(name, shadow)])),
    ...(silent === 0 ? [] : [line`  ${silent} of ${instances.length} instances have not acknowledged`]),
    line`  ${marks} marks, ${held} of them held because something may still land`,
    runner === undefined
      ? '  nobody runs it: vsm live run'
      : line`  runner: ${figures?.doing ?? 'waiting'}, heard of ${ago(runner.renewed)}, ${figures?.drained ?? 0} drained, ${((figures?.lagMs ?? 0) / 1000).toFixed(1)} s behind`,
    ...(figures?.rates === undefined ? [] : [line`  rates: ${ratesText(figures.rates)}`]),
    ...(facts.copied === undefined ? [] : [line`  copied: ${facts.copied.records} records, ${ago(facts.copied.at)}`]),
    ...(facts.verified === undefined
      ? []
      : [
          line`  verified: ${facts.verified.compared} compared, ${facts.verified.differing} differed without a mark, ${ago(facts.verified.at)}`,
        ]),
    ...(facts.sampled === undefined
      ? []
      : [
          line`  sampled: ${facts.sampled.compared} compared, ${facts.sampled.differing} differed without a mark${facts.sampled.differing === 0 ? '' : `, such as ${calledBy(facts.sampled.ids[0] ?? '')}`}, ${ago(facts.sampled.at)}`,
        ]),
    ...(facts.gap === undefined ? [] : [line`  gap: ${facts.gap.why}, ${ago(facts.gap.at)}`]),
    ...refused.map((record) => line`  refused: ${calledRecord(record)}: ${record.why}`),
    ...left.map((record) => line`  not carried: ${calledRecord(record)}: ${record.why}`),
    ...doubtful.map(
      ({ side, keys, at, answered }) =>
        line`  in doubt: ${keys.map(calledBy).join(', ')}: ${answered ? 'written' : 'perhaps written'} to the ${side} after the switch, ${ago(at)}; it does not count`,
    ),
    ...(doubtful.length === 0 ? [] : [line`  both values of what is in doubt: vsm live doubts ${move}`]),
    ...(unanswered.length === 0 ? [] : [line`  ${unanswered.length} writes were begun and never answered`]),
  ].join('\n');
}

function shadowText(name: string, shadow: ShadowFigures): string {
  const { samples, overlap, missingFirst, errors, fallbacks, sourceMs, targetMs } = shadow;
  return line`  reads of ${name}: ${samples} answered by both, ${(overlap * 100).toFixed(1)} % of the ids in common, first one missing in ${missingFirst}, ${errors} errors, ${fallbacks} back to the source; p50 and p95 ${sourceMs.join(' and ')} ms there, ${targetMs.join(' and ')} ms here`;
}
