import { stringifyJson } from '../json/json.ts';
import { ValidationError } from '../errors.ts';
import type { VectorRecord } from '../spec/record.ts';
import type { CallOptions, CollectionSchema, JsonObject, Scope } from '../spec/v1.ts';

/**
 * Gives records another form on their way: what an application keeps in one store becomes what it looks for in another. Core
 * knows no application; `@vsm/layouts` makes these.
 */
export interface RecordLayout {
  /** Kept in the plan. A run is resumed, and a given plan carried out, only with a layout of the same description. */
  readonly description: LayoutDescription;
  /** The parts that the records come from and go to, where the collections are shared with others. */
  readonly scopes?: { readonly source?: Scope | undefined; readonly target?: Scope | undefined } | undefined;
  /** How the two collections are opened: which of their fields are what, for the adapters of that id. */
  readonly opening?:
    | { readonly source?: AdapterOptions | undefined; readonly target?: AdapterOptions | undefined }
    | undefined;
  /**
   * What the plan has to know beforehand. `source` is described by the store and has the store's own vector names; `sample` are its
   * first records.
   */
  adapt(source: CollectionSchema, sample?: readonly VectorRecord[]): LayoutPlan;
  /** After fields, transform and embedding, before vectors are renamed and ids encoded. The same for the same record each time. */
  change(record: VectorRecord): VectorRecord | RefusedRecord;
}

type AdapterOptions = NonNullable<CallOptions['adapterOptions']>;

export interface LayoutDescription {
  readonly from: string;
  readonly to: string;
  /** `changed` where records may come out with another namespace than they went in with. */
  readonly namespaces: 'kept' | 'changed';
  readonly options?: JsonObject | undefined;
}

export interface LayoutPlan {
  /** The source as changed records would describe it, vectors still under the names of the source. */
  readonly schema: CollectionSchema;
  /** Source vector name → target vector name, where they differ. */
  readonly vectorNames?: Readonly<Record<string, string>> | undefined;
  /** Names that are one to the framework: where the target exists and has another of them, that is the name. */
  readonly sameVectors?: readonly (readonly string[])[] | undefined;
  /** Whether changed records carry namespaces. @default as in the source */
  readonly namespaces?: boolean | undefined;
  /** What no record of the target's form can hold, whatever the record; each must be allowed. */
  readonly losses?: readonly string[] | undefined;
  readonly notes?: readonly string[] | undefined;
}

/** What {@link RecordLayout.change} returns for a record that the form cannot hold. Counted as refused, with this reason. */
export interface RefusedRecord {
  readonly refused: string;
}

/** @throws ValidationError where a plan is to be carried out with another layout than it was made with */
export function checkLayout(planned: LayoutDescription | undefined, given: RecordLayout | undefined): void {
  if (textOf(planned) === textOf(given?.description)) return;
  const name = (layout: LayoutDescription | undefined): string =>
    layout === undefined ? 'no layout' : `the layout ${layout.from} → ${layout.to}`;
  throw new ValidationError(
    `The plan was made with ${name(planned)}, but is to be carried out with ${name(given?.description)}` +
      `${planned?.from === given?.description.from && planned?.to === given?.description.to ? ' of other options' : ''}. Give it the same.`,
  );
}

function textOf(description: LayoutDescription | undefined): string {
  if (description === undefined) return '';
  const { from, to, namespaces, options } = description;
  const sorted = Object.entries(options ?? {}).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return stringifyJson({ from, to, namespaces, options: Object.fromEntries(sorted) });
}
