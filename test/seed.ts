import { configureGlobal } from 'fast-check';

// The same cases in every run of all property tests; VSM_SEED asks for others.
configureGlobal({ seed: Number(process.env['VSM_SEED'] ?? 20261124) });
