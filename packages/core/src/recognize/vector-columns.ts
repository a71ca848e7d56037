/**
 * A column for each vector of a table: `vector` for the unnamed one, `vector_<name>` for the others. What no name of a column may hold
 * becomes an underscore, and a number keeps apart what then is the same: most tools do not tell capital letters from small ones.
 */
export function vectorColumns(names: readonly string[], forbidden: RegExp): Readonly<Record<string, string>> {
  const taken = new Set<string>();
  return Object.fromEntries(
    names.map((name): [string, string] => {
      const wanted = name === '' ? 'vector' : `vector_${name.replaceAll(forbidden, '_')}`;
      let column = wanted;
      for (let number = 2; taken.has(column.toLowerCase()); number += 1) column = `${wanted}_${number}`;
      taken.add(column.toLowerCase());
      return [name, column];
    }),
  );
}
