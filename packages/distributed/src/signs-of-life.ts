import type { ChildProcess } from 'node:child_process';

const EVERY_MS = 1000;
const SIGN = { vsmAlive: true } as const;

const isSign = (message: unknown): boolean => typeof message === 'object' && message !== null && 'vsmAlive' in message;

/** Lets the parent of this process know that it does not stand still. */
export function giveSigns(channel: NodeJS.Process): void {
  const give = (): void => {
    if (channel.connected) channel.send?.(SIGN, () => undefined);
    else clearInterval(timer);
  };
  const timer = setInterval(give, EVERY_MS);
  timer.unref();
  give();
}

/**
 * Says when a child that gave signs of life has given none for so long. Looks are counted, not time: a machine that slept, or a parent that
 * stood still itself, has heard nothing either. @returns what ends it
 */
export function missSigns(child: ChildProcess, ms: number, onSilent: () => void): () => void {
  const most = Math.ceil(ms / EVERY_MS);
  let missed: number | undefined;
  const hear = (message: unknown): void => {
    if (isSign(message)) missed = 0;
  };
  child.on('message', hear);
  const timer = setInterval(() => {
    // It takes as long as it takes to begin.
    if (missed === undefined) return;
    missed += 1;
    if (missed === most + 1) onSilent();
  }, EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    child.off('message', hear);
  };
}
