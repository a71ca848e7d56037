import type { SourceRead, VerifyLevel } from '@vsm/core';
import { namesOf, type Settings } from './setting.ts';

// Not from core, which would be loaded to print the help.
const LEVELS = namesOf<VerifyLevel>({ count: true, ids: true, values: true, search: true });
const SOURCE_READS = namesOf<SourceRead>({ once: true, twice: true });

const levels = `${LEVELS.slice(0, -1).join(', ')} or ${LEVELS.at(-1)}`;

/** How deep both sides are compared. */
export const VERIFYING: Pick<
  Settings,
  'validate' | 'verify' | 'level' | 'limit' | 'out' | 'verifySample' | 'witness' | 'sourceRead'
> = {
  validate: { type: 'yes or no', help: 'verify after copying', config: true },
  verify: {
    type: 'text',
    help: `how deep to verify: none, ${levels}`,
    default: 'values',
    choices: ['none', ...LEVELS],
    flag: '--verify <level>',
    config: true,
  },
  level: {
    type: 'text',
    help: `${levels}; each includes the ones before`,
    default: 'values',
    choices: LEVELS,
    flag: '--level <level>',
  },
  limit: {
    type: 'whole number',
    help: 'differences that are listed; all are counted',
    default: 100,
    flag: '--limit <n>',
  },
  out: { type: 'text', help: 'the file to write it to', flag: '--out <file>' },
  verifySample: {
    type: 'whole number',
    help: 'compare the values of about this many records',
    flag: '--verify-sample <n>',
    config: true,
  },
  witness: {
    type: 'whole number or all',
    help: 'of a larger collection, read about this many records by every road that its store has, or all',
    default: 'up to 2000 all of them, else some of every 16th page',
    flag: '--witness <n|all>',
    config: true,
  },
  sourceRead: {
    type: 'text',
    help: 'read the source twice, to copy it and to verify the copy, or once, and hold the target against what the copy read',
    default: 'twice',
    choices: SOURCE_READS,
    flag: '--source-read <times>',
    config: true,
  },
};
