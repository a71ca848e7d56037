import { own } from '../spec/record.ts';
import type { VectorSchema } from '../spec/v1.ts';
import { vectorLabel } from '../store/vector-label.ts';

/** One sentence for each setting of a vector that two schemas have otherwise; what one of them does not say is no difference. */
export function schemaDifferences(
  source: Readonly<Record<string, VectorSchema>>,
  target: Readonly<Record<string, VectorSchema>>,
): string[] {
  return [...new Set([...Object.keys(source), ...Object.keys(target)])].flatMap((name) => {
    const [one, other] = [own(source, name), own(target, name)];
    if (one === undefined || other === undefined)
      return [`${vectorLabel(name)} is only in the ${one === undefined ? 'target' : 'source'}`];
    return (['kind', 'dimension', 'metric', 'datatype'] as const).flatMap((setting) => {
      const [from, to] = [settingOf(one, setting), settingOf(other, setting)];
      if (from === undefined || to === undefined || from === to) return [];
      return [`${vectorLabel(name)}: ${setting} is ${from} in the source, ${to} in the target`];
    });
  });
}

function settingOf(
  vector: VectorSchema,
  setting: 'kind' | 'dimension' | 'metric' | 'datatype',
): string | number | undefined {
  return setting in vector ? (vector as Partial<Record<typeof setting, string | number>>)[setting] : undefined;
}
