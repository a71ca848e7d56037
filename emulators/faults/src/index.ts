export { createFaults, type Fault, type Faults, type FaultSource, type InitialFaults, type Refusal } from './faults.ts';
export { meetFaults, type RefusalBody } from './meet-faults.ts';
export {
  startNeighbour,
  startWrongServer,
  WRONG_ANSWERS,
  type Neighbour,
  type Rewrite,
  type SeenRequest,
  type WrongAnswerKind,
  type WrongServer,
} from './wrong-server.ts';
export { startForwardProxy, startGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export { bytesOf, createEmulator, Problem, sendJson, textOf, type Emulator, type RequestLog } from './server.ts';
