import { cpus } from 'node:os';

/** What absolute CPU times depend on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  /** CPU seconds that a fixed amount of work takes here. */
  readonly calibration: number;
}

/** Of the machine that the baseline comes from; another one, or the same one slowed down, differs by more. */
const WITHIN = 0.15;

export function thisMachine(): Machine {
  const all = cpus();
  return { processor: all[0]?.model ?? '', cores: all.length, node: process.version, calibration: calibrate() };
}

/** Why CPU times of the one say nothing of the other; `undefined` where they do. */
export function whyUnlike(before: Machine | undefined, now: Machine): string | undefined {
  if (before === undefined) return 'the baseline does not say which machine it comes from';
  const other = (['processor', 'cores', 'node'] as const).find((what) => before[what] !== now[what]);
  if (other !== undefined) return `the baseline comes from ${other} ${before[other]}, this is ${now[other]}`;
  const factor = now.calibration / before.calibration;
  if (Math.abs(factor - 1) <= WITHIN) return undefined;
  return `the same work takes ${factor.toFixed(2)} times the CPU that it took for the baseline`;
}

const TRIES = 5;

/** Text, numbers and bytes, as a migration has them. The quickest of some tries met the machine least busy. */
function calibrate(): number {
  const tries = Array.from({ length: TRIES }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  return Math.min(...tries);
}

function work(): void {
  const vector = Float32Array.from({ length: 384 }, (_, at) => Math.sin(at));
  const bytes = Buffer.alloc(vector.byteLength);
  let length = 0;
  for (let round = 0; round < 2000; round += 1) {
    const text = JSON.stringify({ id: `record ${round}`, vector: [...vector], metadata: { round, half: round / 2 } });
    length += Object.keys(JSON.parse(text) as object).length;
    bytes.set(new Uint8Array(vector.buffer));
    length += bytes.toString('latin1').length;
  }
  if (length === 0) throw new Error('nothing was done');
}
