import { maskLocation, withoutMasks } from '@vsm/report/redact';

/** The address of a model's server as it stands with a run, where no password is kept. */
export function keptUrl(url: string | undefined): string | undefined {
  return url === undefined ? undefined : maskLocation(url);
}

/**
 * The address that a run was begun with. A password comes from the config file, where that has the same address; without one, a user is
 * none either.
 */
export function urlOfRun(kept: string | undefined, configured: string | undefined): string | undefined {
  if (kept === undefined) return undefined;
  return configured !== undefined && maskLocation(configured) === kept
    ? configured
    : withoutMasks(kept.replace(/\/\/[^/]*:\*\*\*@/, '//'));
}
