/**
 * Tells what the fields of a collection are that others made: in come facts about each field, out comes a reading of each. All
 * adapters guess by these rules; a store that declares a role is believed, and what the user names is taken.
 */
import type { FieldReading, FieldRole } from '../spec/v1.ts';
import { didYouMean } from '../suggest.ts';
import { ValidationError } from '../errors.ts';
import { contradiction, evidenceOf, fitsRole, isList, looksLikeVector, type FieldFacts } from './field-facts.ts';
import { BESIDE, isContainerName, isVectorName, keyBeside, ROLE_NAMES } from './field-names.ts';
import { allNamed, ROW_NUMBER, type NamedFields } from './reading-options.ts';

export interface Recognition {
  readonly readings: readonly FieldReading[];
  /** One sentence for each thing that somebody has to decide, with the option that does. */
  readonly undecided: readonly string[];
  /** Fields of role `metadata` whose entries become the metadata, instead of one field that holds them. */
  readonly unfolded: readonly string[];
}

/** @throws ValidationError where a field that was named is not there */
export function recognize(facts: readonly FieldFacts[], named: NamedFields): Recognition {
  checkNames(facts, named);
  const taken = new Map<string, FieldReading>();
  const undecided: string[] = [];
  const give = (
    fact: FieldFacts,
    role: FieldRole,
    basis: FieldReading['basis'],
    more: Partial<FieldReading> = {},
  ): void => {
    if (!taken.has(fact.field))
      taken.set(fact.field, { field: fact.field, role, basis, evidence: evidenceOf(fact), ...more });
  };
  giveNamed(facts, named, give);
  const free = (): readonly FieldFacts[] => facts.filter(({ field }) => !taken.has(field));
  if (named.id === undefined) chooseOne('id', free(), give, undecided);
  if (named.vectors === undefined) chooseVectors(free(), give, undecided);
  if (named.document === undefined) chooseOne('document', free(), give, undecided);
  if (named.uri === undefined) chooseOne('uri', free(), give, undecided);
  if (named.namespace === undefined) chooseOne('namespace', free(), give, undecided);
  if (named.id === undefined && ![...taken.values()].some(({ role }) => role === 'id')) {
    undecided.push(
      `no field is called id: say id=<field>, id=<one>,<other> where several make it together, or id=${ROW_NUMBER} for the number of the row. It has: ${facts.map(({ field }) => field).join(', ')}`,
    );
  }
  const container =
    free().find((fact) => fact.container) ??
    containerOf(free()) ??
    containerOf(facts.filter(({ field }) => named.metadata.has(field)));
  const near = [...taken.values()].some(({ role }) => role === 'vector') ? undefined : nearestToVector(free());
  for (const fact of free()) {
    const basis = fact.declared === 'metadata' ? 'declared' : 'guessed';
    give(fact, 'metadata', basis, fact === near ? { nearTo: 'vector' } : {});
  }
  const readings = facts.map(({ field }) => taken.get(field) as FieldReading);
  if (container === undefined) return { readings, undecided, unfolded: [] };
  return {
    readings: readings.map((reading) => besideContainer(reading, container)),
    undecided,
    unfolded: [container.field],
  };
}

/** {@link FieldFacts} of a schema, where no values were looked at. */
export type UncountedFacts = Omit<FieldFacts, 'sampled' | 'present'> & Partial<FieldFacts>;

/**
 * {@link recognize} for stores that keep ids and vectors apart: only the fields beside them are to be told. Without counts, nothing was
 * sampled.
 * @throws ValidationError where a field that was named is not there
 */
export function recognizeBeside(facts: readonly UncountedFacts[], named: NamedFields): Recognition {
  const counted = facts.map((fact) => ({ sampled: 0, present: 0, ...fact }));
  return recognize(counted, { ...named, id: [], vectors: new Map() });
}

function containerOf(facts: readonly FieldFacts[]): FieldFacts | undefined {
  // Weaviate says of each object which class it is of.
  const isWeaviate = facts.some(({ field }) => field === 'class');
  return facts.find(
    ({ field, shape, otherShapes = 0, container = false }) =>
      shape === 'object' &&
      otherShapes === 0 &&
      (container || isContainerName(field) || (isWeaviate && field === 'properties')),
  );
}

function besideContainer(reading: FieldReading, { field, entries = new Set() }: FieldFacts): FieldReading {
  if (reading.field === field) {
    return {
      ...reading,
      unfolded: true,
      evidence: `${reading.evidence}; its entries become fields, and one beside it of the same name ends in ${BESIDE}`,
    };
  }
  if (reading.role !== 'metadata') return reading;
  const key = keyBeside(reading.field, (candidate) => entries.has(candidate));
  return key === reading.field ? reading : { ...reading, name: key };
}

type Give = (fact: FieldFacts, role: FieldRole, basis: FieldReading['basis'], more?: Partial<FieldReading>) => void;

function checkNames(facts: readonly FieldFacts[], named: NamedFields): void {
  const known = facts.map(({ field }) => field);
  for (const field of allNamed(named)) {
    if (field === ROW_NUMBER || known.includes(field)) continue;
    const hint = didYouMean(field, known, `It has: ${known.join(', ')}.`);
    throw new ValidationError(`The collection has no field "${field}". ${hint}`);
  }
}

function giveNamed(facts: readonly FieldFacts[], named: NamedFields, give: Give): void {
  const byField = new Map(facts.map((fact) => [fact.field, fact]));
  const put = (field: string, role: FieldRole, more?: Partial<FieldReading>): void => {
    const fact = byField.get(field);
    if (fact !== undefined) give(fact, role, 'named', more);
  };
  for (const field of named.id ?? []) put(field, 'id');
  for (const [name, field] of named.vectors ?? []) {
    const fact = byField.get(field);
    if (fact !== undefined && fact.present > 0 && !isList(fact)) {
      throw new ValidationError(`"${field}" is named as a vector, but it holds ${evidenceOf(fact)}.`);
    }
    put(field, 'vector', { name });
  }
  if (named.document !== undefined) put(named.document, 'document');
  if (named.uri !== undefined) put(named.uri, 'uri');
  if (named.namespace !== undefined) put(named.namespace, 'namespace');
  for (const field of named.metadata) put(field, 'metadata');
  for (const field of named.ignore) put(field, 'ignored');
}

/** A role that one field has: the declared one, else the only one of a usual name. */
function chooseOne(
  role: 'id' | 'document' | 'uri' | 'namespace',
  facts: readonly FieldFacts[],
  give: Give,
  undecided: string[],
): void {
  const declared = facts.filter((fact) => fact.declared === role);
  if (declared.length > 0) {
    for (const fact of declared) give(fact, role, 'declared');
    return;
  }
  const fits = facts.filter((fact) => fact.declared === undefined && fitsRole(role, fact));
  const [first, ...others] = ROLE_NAMES[role].flatMap((name) =>
    fits.filter(({ field }) => field.toLowerCase() === name),
  );
  if (first === undefined) return;
  const candidates = others.map(({ field }) => field);
  give(first, role, 'guessed', candidates.length === 0 ? {} : { candidates });
  if (candidates.length > 0) {
    const all = [first.field, ...candidates];
    undecided.push(`"${all.join('" and "')}" could each be the ${role}: say which with ${role}=${first.field}`);
  }
}

function chooseVectors(facts: readonly FieldFacts[], give: Give, undecided: string[]): void {
  const declared = facts.filter((fact) => fact.declared === 'vector');
  const guessed = facts.filter((fact) => fact.declared === undefined && looksLikeVector(fact));
  const found = [...declared, ...guessed];
  const ofTheirOwn = found.filter(({ vectorName }) => vectorName === undefined);
  for (const fact of found) {
    // One vector needs no name; of several, each keeps that of its field. Two objects may hold vectors of one name.
    const isTaken = found.some((other) => other !== fact && other.vectorName === fact.vectorName);
    const ofData = fact.vectorName !== undefined && isTaken ? fact.field : fact.vectorName;
    const name = ofData ?? (ofTheirOwn.length === 1 ? '' : fact.field);
    const problem = fact.declared === 'vector' ? undefined : contradiction(fact);
    if (problem === undefined) give(fact, 'vector', fact.declared === 'vector' ? 'declared' : 'guessed', { name });
    else {
      give(fact, 'undecided', 'guessed', { name });
      undecided.push(
        `"${fact.field}" looks like a vector, but ${problem}: say vector=${fact.field} to have the rows that do not fit rejected, or metadata=${fact.field}`,
      );
    }
  }
}

/** For a collection in which no vector was found. */
function nearestToVector(facts: readonly FieldFacts[]): FieldFacts | undefined {
  const lists = facts.filter(isList);
  const named = facts.filter(({ field }) => isVectorName(field));
  return named[0] ?? lists.toSorted((left, right) => (right.lengths?.most ?? 0) - (left.lengths?.most ?? 0))[0];
}

/** The field that holds documents, where one was recognised. */
export function documentField({ readings }: Pick<Recognition, 'readings'>): string | undefined {
  return readings.find(({ role }) => role === 'document')?.field;
}

/** The fields that are left out. */
export function ignoredFields({ readings }: Pick<Recognition, 'readings'>): ReadonlySet<string> {
  return new Set(readings.flatMap(({ field, role }) => (role === 'ignored' ? field : [])));
}
