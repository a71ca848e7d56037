/** The spellings of a store's name that the template has. */
export interface Names {
  /** `my-store`: the id of the adapter, and the scheme of its locations. */
  readonly id: string;
  /** `MyStore`: in identifiers. */
  readonly pascal: string;
  /** `MY_STORE`: in environment variables. */
  readonly upper: string;
}

/** @throws RangeError where the name is none for a package and a scheme. */
export function namesOf(given: string): Names {
  const id = given.replace(/^vsm-adapter-/, '');
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    throw new RangeError(
      `"${given}" is no name for an adapter: use lower-case letters, digits and single hyphens, such as acme`,
    );
  }
  const words = id.split('-');
  return {
    id,
    pascal: words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(''),
    upper: words.join('_').toUpperCase(),
  };
}

/** Puts the names where the template says Acme. */
export function rename(text: string, { id, pascal, upper }: Names): string {
  return text.replaceAll('acme', id).replaceAll('Acme', pascal).replaceAll('ACME', upper);
}
