import { own } from '@vsm/core/adapter';
import type { CollectionDescription, StoreFacts } from '@vsm/core/adapter';
import { parseLayout, printLayout, type LayoutChoice } from './choice.ts';
import { decodeDocument } from './codec.ts';
import type { StoredRecord } from './stored-record.ts';
import { judge, signsIn } from './detect.ts';
import type { Form, LayoutStore } from './form.ts';
import { columnsOf } from './observed.ts';

interface Given {
  readonly choice: LayoutChoice;
  readonly form: Form;
  readonly store: LayoutStore;
  readonly source: StoreFacts;
  readonly collection: string;
  readonly description: CollectionDescription;
}

/** Less is a guess, which says nothing against what somebody knows. */
const SURE = 0.9;

/** What the first records of a collection say against the layout that was given; each is a loss that wants a yes. */
export function contradictions(records: readonly StoredRecord[], given: Given): string[] {
  if (records.length === 0) return [];
  const { choice, form, store, collection, description } = given;
  const observed = {
    store,
    name: collection,
    location: '',
    description,
    records,
    columns: columnsOf(store, description),
  };
  const found = judge(observed);
  const other = found !== undefined && found.confidence >= SURE && !isSame(found.layout, choice) ? found : undefined;
  const said = printLayout(choice);
  const looks =
    other === undefined
      ? ''
      : `; these look like ${other.layout} (${Math.round(100 * other.confidence)} %: ${other.evidence.join('; ')})`;
  const texts = records.filter((record) => decodeDocument(record, form).text !== undefined).length;
  if (texts === 0) {
    return [
      `you said ${said}, but none of ${records.length} sampled records has a text where that looks for it${looks}`,
    ];
  }
  const fits = signsIn(observed).some(({ layout }) => isSame(layout, choice));
  return other === undefined || fits ? [] : [`you said ${said}${looks}`];
}

/** Frameworks that are built on another one write what that writes. */
const FAMILIES: Readonly<Record<string, string>> = { flowise: 'langchain-js', n8n: 'langchain-js' };

function isSame(layout: string, { framework, options }: LayoutChoice): boolean {
  const other = parseLayout(layout);
  const family = (name: string): string => own(FAMILIES, name) ?? name;
  return (
    family(other.framework.name) === family(framework.name) &&
    (other.options['version'] ?? '2') === (options['version'] ?? '2')
  );
}
