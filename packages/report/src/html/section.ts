import { html, type Content, type Markup } from './html.ts';

/** One part of the page: what it is on the left of a wide screen, the thing itself on the right. */
export function section(
  heading: { readonly id: string; readonly title: string; readonly lead?: string | undefined },
  body: Content,
): Markup {
  return html`<section class="part" aria-labelledby="${heading.id}">
    <div class="rail">
      <h2 id="${heading.id}">${heading.title}</h2>
      ${heading.lead === undefined ? undefined : html`<p>${heading.lead}</p>`}
    </div>
    <div class="body">${body}</div>
  </section>`;
}

export interface Fact {
  readonly term: string;
  readonly value: string;
  /** A second, smaller line. */
  readonly note?: string | undefined;
  /** Not as it should be. */
  readonly alarming?: boolean | undefined;
}

/** Figures side by side, the number above its name. */
export function facts(list: readonly Fact[]): Markup {
  return html`<dl class="facts">
    ${list.map(
      ({ term, value, note, alarming }) =>
        html`<div${alarming === true ? html` class="alarming"` : undefined}><dt>${term}</dt><dd>${value}</dd>${note === undefined ? undefined : html`<dd class="note">${note}</dd>`}</div>`,
    )}
  </dl>`;
}

/** Names and values below each other. Rows without a value are left out. */
export function pairs(list: readonly (readonly [name: string, value: Content])[]): Markup {
  const present = list.filter(([, value]) => value !== undefined && value !== '');
  return html`<dl class="pairs">
    ${present.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
