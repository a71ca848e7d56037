export { checkLayout, type LayoutCheck } from './check.ts';
export type { LayoutFinding } from './finding.ts';
export { formOf, parseLayout, printLayout, type LayoutChoice } from './choice.ts';
export { decodeDocument, encodeDocument } from './codec.ts';
export { REST_KEY } from './rest.ts';
export type { StoredRecord } from './stored-record.ts';
export { detectLayout, type DetectedLayout } from './detect.ts';
export type { AppDocument, AppNode } from './document.ts';
export type {
  ExtraFields,
  Form,
  Framework,
  FrameworkTable,
  IdRule,
  LayoutOptions,
  LayoutStore,
  NodeDialect,
  NodeRule,
  Rewrite,
  ScopeRule,
} from './form.ts';
export { FRAMEWORKS } from './frameworks/index.ts';
export { guessLayouts, type PossibleLayout } from './guesses.ts';
export { haystackPointId } from './ids.ts';
export { createLayout, createLayoutReader, type LayoutRequest } from './layout.ts';
export { layoutOfPart, listScopes, resolveScopes, splitScopes, type ScopeRequest, type SingleScope } from './scopes.ts';
export type { ChosenScope, LayoutScopes } from './sides.ts';
export { proposeLayout, type ProposedLayout } from './propose.ts';
