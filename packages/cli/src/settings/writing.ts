import type { LossName } from '@vsm/core';
import { namesOf, type Settings } from './setting.ts';

// Not from core, which would be loaded to print the help.
const LOSSES = namesOf<LossName>({
  'named-vectors': true,
  'sparse-vectors': true,
  'multi-vectors': true,
  'vector-precision': true,
  'vector-dimensions': true,
  'no-vectors': true,
  'rejected-records': true,
  'superseded-records': true,
  layout: true,
  'same-place': true,
});

/** What is decided before the first write. */
export const WRITING: Pick<
  Settings,
  'dryRun' | 'plan' | 'yes' | 'allowLoss' | 'completeTarget' | 'mode' | 'deleteExtra' | 'earlierRun'
> = {
  dryRun: { type: 'yes or no', help: 'read, map and check everything, write nothing', flag: '--dry-run' },
  plan: {
    type: 'text',
    help: 'carry out this plan, as vsm plan --json printed it; refused where the target has changed',
    flag: '--plan <file>',
  },
  yes: {
    type: 'yes or no',
    help: 'do not ask: go on with the plan, and accept the losses that it lists',
    flag: '--yes',
  },
  allowLoss: {
    type: 'texts',
    help: 'accept a loss that the plan lists; may be repeated',
    choices: LOSSES,
    flag: '--allow-loss <name>',
    config: true,
  },
  completeTarget: {
    type: 'yes or no',
    help: 'give a target that is there what the source has and it lacks: indexes, quantization and the like',
    flag: '--complete-target',
    config: true,
  },
  mode: {
    type: 'text',
    help: 'write only what the target lacks or has otherwise',
    choices: ['copy', 'sync'],
    flag: '--sync',
    config: true,
  },
  deleteExtra: {
    type: 'yes or no',
    help: 'with --sync: delete from the target what the source does not have',
    flag: '--delete-extra',
    config: true,
  },

  earlierRun: {
    type: 'text',
    help: 'begin anew in place of a run to the same target that is not finished, which is taken up otherwise',
    choices: ['resume', 'restart'],
    flag: '--restart',
    config: true,
  },
};
