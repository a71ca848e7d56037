import type { ToolName } from './inputs.ts';

interface Tool {
  readonly title: string;
  readonly description: string;
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };
const WRITES = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true };

/** Hints are for clients that ask a person first; what is allowed is decided by the options of the server. */
export const TOOLS: Readonly<Record<ToolName, Tool>> = {
  inspect: {
    title: 'Inspect a store',
    description: 'What a store or a collection holds: vectors, fields, namespaces and counts. Reads only.',
    ...READS,
  },
  plan: {
    title: 'Plan a migration',
    description: 'Everything a migration would do, and what it would lose, decided from both sides. Writes nothing.',
    ...READS,
  },
  estimate: {
    title: 'Estimate a migration',
    description: 'How long a migration would take, by measuring.',
    ...READS,
  },
  verify: {
    title: 'Verify a copy',
    description: 'Compares two collections, whoever copied them. Reads only.',
    ...READS,
  },
  diff: {
    title: 'Compare two collections',
    description: 'What differs between two collections. Reads only.',
    ...READS,
  },
  runs: { title: 'List runs', description: 'The runs that are remembered in the working directory.', ...READS },
  migrate: {
    title: 'Carry out a plan',
    description:
      'Copies and verifies, exactly as the plan says whose confirmation token is given. A loss that the plan lists has to be allowed by name.',
    ...WRITES,
  },
  resume: {
    title: 'Resume a run',
    description: 'Finishes a run that was interrupted, whose confirmation token runs gave.',
    ...WRITES,
  },
};
