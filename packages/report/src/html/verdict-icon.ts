import { html, type Markup } from './html.ts';
import type { Tone } from './verdict.ts';

const PATHS: Readonly<Record<Tone, string>> = {
  passed: 'M13 24.5l7.5 7.5L36 16.5',
  differences: 'M14 19.5h20M14 28.5h20M29 13L19 35',
  refused: 'M16 16l16 16M32 16L16 32',
  neutral: 'M24 14v12M24 33.5v.5',
};

/** A sign for those who skim; the word beside it says the same. */
export function verdictIcon(tone: Tone): Markup {
  return html`<svg width="48" height="48" viewBox="0 0 48 48" aria-hidden="true">
    <circle class="disc" cx="24" cy="24" r="23" />
    <path class="sign" d="${PATHS[tone]}" />
  </svg>`;
}
