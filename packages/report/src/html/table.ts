import { html, type Content, type Markup } from './html.ts';

export interface Column {
  readonly name: string;
  /** Aligned right, as figures are. */
  readonly number?: boolean | undefined;
  /** Takes the room that is left. */
  readonly wide?: boolean | undefined;
  /** Words of ours, which are never broken within. */
  readonly words?: boolean | undefined;
  /** Where rows become blocks, on narrow screens: no name beside the value. */
  readonly bare?: boolean | undefined;
}

/**
 * A table that becomes a list of blocks on a narrow screen. The roles are spelled out, because browsers forget them as soon as a
 * table is displayed as anything else. `head` is the column that names the row.
 */
export function table(
  caption: string,
  columns: readonly Column[],
  head: number,
  rows: readonly (readonly Content[])[],
): Markup {
  const classOf = ({ number, wide, words }: Column): Markup | undefined => {
    if (number === true) return html` class="number"`;
    if (wide === true) return html` class="wide"`;
    return words === true ? html` class="words"` : undefined;
  };
  const headings = columns.map(
    (column) => html`<th role="columnheader" scope="col" ${classOf(column)}>${column.name}</th>`,
  );
  const cells = (row: readonly Content[]): Content =>
    columns.map((column, index) => {
      const content = row[index];
      if (index === head) return html`<th role="rowheader" scope="row" ${classOf(column)}>${content}</th>`;
      if (content === undefined || content === '') return html`<td role="cell" class="empty"></td>`;
      const label = column.bare === true ? undefined : html` data-label="${column.name}"`;
      return html`<td role="cell" ${classOf(column)}${label}>${content}</td>`;
    });
  return html`<table role="table">
    <caption>
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${headings}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (row) =>
          html`<tr role="row">
            ${cells(row)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
