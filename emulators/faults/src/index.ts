export { createFaults, type Fault, type Faults, type FaultSource, type InitialFaults, type Refusal } from './faults.ts';
export { meetFaults, type RefusalBody } from './meet-faults.ts';
