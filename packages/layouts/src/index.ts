export { checkLayout, type LayoutCheck, type LayoutFinding } from './check.ts';
export { formOf, parseLayout, printLayout, type LayoutChoice } from './choice.ts';
export { decodeDocument, encodeDocument, REST_KEY, type StoredRecord } from './codec.ts';
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
export { haystackPointId } from './ids.ts';
export { createLayout, type LayoutRequest } from './layout.ts';
export { layoutOfPart, listScopes, resolveScopes, splitScopes, type ScopeRequest, type SingleScope } from './scopes.ts';
export type { ChosenScope, LayoutScopes } from './sides.ts';
export { proposeLayout, type ProposedLayout } from './propose.ts';
