import type { SearchReport } from '@vsm/core';
import { count, percent, plural } from '../format.ts';
import { html, type Markup } from './html.ts';

const CELL = 17;
const COLUMNS = 20;
const ROWS = 5;

/** A hundred dots: how many of every hundred hits of the source the target found too, and where passing begins. */
export function searchPicture(search: SearchReport, id: string): Markup {
  const { overlap, required, topK, queries } = search;
  // A share that is not whole never fills the last dot.
  const found = overlap >= 1 ? 100 : Math.min(99, Math.floor(overlap * 100));
  const needed = Math.ceil(required * 100);
  const dots = Array.from({ length: COLUMNS * ROWS }, (_, index) => {
    const cx = (index % COLUMNS) * CELL + CELL / 2;
    const cy = Math.floor(index / COLUMNS) * CELL + CELL / 2;
    if (index < found) return html`<circle class="found" cx="${cx}" cy="${cy}" r="6" />`;
    return html`<circle class="${index < needed ? 'lost' : 'spare'}" cx="${cx}" cy="${cy}" r="5" />`;
  });
  const sentence = `${percent(overlap)} of the source's nearest ${topK} were among the target's nearest ${topK}`;
  return html`<div class="picture">
    <svg class="dots" viewBox="0 0 ${COLUMNS * CELL} ${ROWS * CELL}" role="img" aria-labelledby="${id}-t">
      <title id="${id}-t">
        Of every hundred hits, ${count(found)} were found on both sides; ${count(needed)} are needed to pass.
      </title>
      ${dots}
    </svg>
    <div>
      <p class="finding">${percent(overlap)} <span>of the hits are the same</span></p>
      <p>
        ${sentence}, over ${plural(queries, 'query', 'queries')} with vectors of the source's own records,
        ${search.exact ? 'searched exactly on both sides' : 'searched with the indexes of both sides'}. At least
        ${percent(required)} passes.
      </p>
      <p class="legend">
        <span class="key"
          ><svg class="swatch" width="12" height="12" aria-hidden="true">
            <circle class="found" cx="6" cy="6" r="6" /></svg
          >found on both sides</span
        >${
          found < 100
            ? html`<span class="key"
                ><svg class="swatch" width="12" height="12" aria-hidden="true">
                  <circle class="spare" cx="6" cy="6" r="5" /></svg
                >only in the source</span
              >`
            : undefined
        }${
          found < needed
            ? html`<span class="key"
                ><svg class="swatch" width="12" height="12" aria-hidden="true">
                  <circle class="lost" cx="6" cy="6" r="5" /></svg
                >would be needed to pass</span
              >`
            : undefined
        }
      </p>
    </div>
  </div>`;
}
