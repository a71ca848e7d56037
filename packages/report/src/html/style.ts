/*
 * One style sheet for the report and the live page. Colours are named by what they mean; each has at least 4.5:1 against what
 * it stands on, in both schemes. No fonts are loaded: every system has a good one.
 */

const LIGHT = `
  --paper: #faf9f6; --sheet: #ffffff; --ink: #1d2126; --soft: #565e68; --line: #e2e0d9; --strong-line: #b9b6ad;
  --copying: #0f766e; --verifying: #6366d1; --retry: #b45309; --track: #ecebe5;
  --passed: #17653a; --passed-sheet: #eef6ef; --differences: #8f4700; --differences-sheet: #fdf4e6;
  --refused: #a6261d; --refused-sheet: #fdf0ee; --neutral: #4a5460; --neutral-sheet: #f0f1f2; --on-sign: #ffffff;`;

const DARK = `
  --paper: #14161a; --sheet: #1b1e24; --ink: #e9e7e2; --soft: #a5acb6; --line: #2d323b; --strong-line: #59616e;
  --copying: #4cc4b4; --verifying: #9a9cf5; --retry: #f0a94a; --track: #272c34;
  --passed: #79d99b; --passed-sheet: #16251c; --differences: #f2b260; --differences-sheet: #2a2115;
  --refused: #ff9187; --refused-sheet: #2d1a19; --neutral: #b4bbc5; --neutral-sheet: #21252c; --on-sign: #14161a;`;

export const STYLE: string = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
@media print { :root { color-scheme: light; ${LIGHT} --paper: #ffffff; } }

* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 400 1rem/1.55 -apple-system, "Segoe UI Variable Text",
  "Segoe UI", Roboto, Ubuntu, Cantarell, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere; }
code { font: 400 0.875em/1.5 ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "Liberation Mono", monospace; }
h1, h2, h3, p, dl, dd, figure, ul { margin: 0; padding: 0; }
a { color: inherit; text-underline-offset: 0.2em; }
:focus-visible { outline: 3px solid var(--verifying); outline-offset: 3px; border-radius: 4px; }
h1:focus { outline: none; }
.page { max-width: 70rem; margin: 0 auto; padding: 0 2.5rem; }
.aside { color: var(--soft); font-size: 0.875rem; }

.top { display: flex; gap: 0.75rem; align-items: baseline; justify-content: space-between; padding: 2rem 0 1.25rem; color: var(--soft);
  font-size: 0.875rem; }
.top strong { flex: none; color: var(--ink); font-size: 1rem; letter-spacing: 0.02em; }

.verdict { display: grid; grid-template-columns: auto 1fr; gap: 1.5rem; padding: 1.75rem 2rem; border-radius: 14px;
  border: 1px solid var(--line); --tone: var(--neutral); background: var(--neutral-sheet); }
.verdict.passed { --tone: var(--passed); background: var(--passed-sheet); }
.verdict.differences { --tone: var(--differences); background: var(--differences-sheet); }
.verdict.refused { --tone: var(--refused); background: var(--refused-sheet); }
.verdict .disc { fill: var(--tone); }
.verdict .sign { fill: none; stroke: var(--on-sign); stroke-width: 3.5; stroke-linecap: round; stroke-linejoin: round; }
.verdict .mark svg { display: block; }
.word { color: var(--tone); font-weight: 600; font-size: 0.9375rem; }
h1 { font-size: clamp(1.375rem, 0.9rem + 1.9vw, 2.125rem); line-height: 1.2; font-weight: 600; letter-spacing: -0.015em; text-wrap: balance; }
.detail { margin-top: 0.625rem; max-width: 46rem; color: var(--ink); }

.route { display: grid; grid-template-columns: 1fr auto 1fr; gap: 1.5rem; align-items: center; padding: 1.75rem 0; }
.name { font-size: 1.125rem; font-weight: 600; line-height: 1.35; }
.route .location { color: var(--soft); line-height: 1.45; }
.collection { padding-top: 1.25rem; }
.collection + .route { padding-top: 0.5rem; }
.arrow { fill: none; stroke: var(--strong-line); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }

.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 1.25rem 1.5rem; }
.facts > div { display: flex; flex-direction: column; border-top: 2px solid var(--line); padding-top: 0.625rem; }
.facts dt { color: var(--soft); font-size: 0.875rem; line-height: 1.35; }
.facts dd { font-size: 1.5rem; font-weight: 600; line-height: 1.25; letter-spacing: -0.01em; }
.facts dd:first-of-type { order: -1; }
.facts .note { margin-top: 0.125rem; color: var(--soft); font-size: 0.8125rem; font-weight: 400; line-height: 1.4; letter-spacing: 0; }
.body .facts { grid-template-columns: repeat(auto-fit, minmax(6.25rem, 1fr)); }
.facts .alarming { border-top-color: var(--differences); }
.facts .alarming dd { color: var(--differences); }

.part { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 1rem 3rem; padding: 2.25rem 0; border-top: 1px solid var(--line); }
section[aria-label="Summary"] { padding-bottom: 2.25rem; }
.rail h2 { font-size: 1.125rem; font-weight: 600; line-height: 1.35; }
.rail p { margin-top: 0.375rem; color: var(--soft); font-size: 0.875rem; line-height: 1.5; }
.body > * + * { margin-top: 1.5rem; }
.run { border-top: 1px solid var(--strong-line); padding-top: 1.5rem; margin-top: 2.5rem; }
.run-title { font-size: 1.375rem; }
.run-verdict { margin-top: 0.5rem; }
nav { padding: 1.75rem 0; }

.pairs > div { display: grid; grid-template-columns: 12.5rem minmax(0, 1fr); gap: 1rem; padding: 0.5rem 0; border-top: 1px solid var(--line); }
.pairs > div:first-child { border-top: 0; padding-top: 0; }
.pairs dt { color: var(--soft); }

table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; }
caption { text-align: left; color: var(--soft); font-size: 0.875rem; padding-bottom: 0.5rem; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 1rem 0.5rem 0; border-top: 1px solid var(--line); font-weight: 400; }
tr > :last-child { padding-right: 0; }
thead th { border-top: 0; border-bottom: 1px solid var(--strong-line); color: var(--soft); font-size: 0.8125rem; overflow-wrap: normal; }
tbody tr:first-child > * { border-top: 0; }
th.number, td.number { text-align: right; white-space: nowrap; }
td.wide { min-width: 12rem; vertical-align: middle; }
.words { overflow-wrap: normal; }
.kind { --tone: var(--neutral); color: var(--tone); font-weight: 600; font-size: 0.875rem; white-space: nowrap; }
.kind.passed { --tone: var(--passed); }
.kind.differences, .kind.changed, .kind.extra { --tone: var(--differences); }
.kind.refused, .kind.missing { --tone: var(--refused); }

.finding { font-size: 1.25rem; font-weight: 600; line-height: 1.35; letter-spacing: -0.01em; }
.finding span { font-weight: 400; color: var(--soft); }
.losses { border-left: 3px solid var(--differences); padding-left: 1rem; }
.losses h3 { font-size: 1rem; color: var(--differences); }
.losses ul, .notes { padding-left: 1.125rem; }
.losses li + li, .notes li + li { margin-top: 0.25rem; }
.notes { color: var(--soft); font-size: 0.9375rem; }

.chart { display: flex; }
.chart svg, .range { display: block; overflow: visible; min-width: 0; }
.gutter { flex: none; }
.tick { fill: var(--soft); font-size: 12px; }
.grid { stroke: var(--line); }
.axis { stroke: var(--strong-line); }
rect.copying { fill: var(--copying); }
rect.verifying { fill: var(--verifying); }
.retry { fill: var(--retry); stroke: var(--paper); stroke-width: 1.5; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.line.read { stroke: var(--verifying); stroke-dasharray: 6 4; }
.line.write { stroke: var(--copying); }
.range.read { --side: var(--verifying); }
.range.write { --side: var(--copying); }
.range line { stroke: var(--side); }
.range .whisker, .range .end { stroke-width: 1.5; }
.range .body { stroke-width: 7; opacity: 0.35; }
.range .median { fill: var(--side); stroke: var(--paper); stroke-width: 1.5; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; color: var(--soft); font-size: 0.875rem; }
.key { display: inline-flex; gap: 0.5rem; align-items: center; }
.swatch { flex: none; }
figure .legend { padding-bottom: 0.25rem; }
figure .chart + .legend { padding-top: 1rem; }
.picture { display: grid; grid-template-columns: minmax(0, 21rem) minmax(14rem, 1fr); gap: 1.5rem 2.5rem; align-items: center; }
.picture > div > * + * { margin-top: 0.625rem; }
.dots { width: 100%; max-width: 21rem; height: auto; display: block; }
.found { fill: var(--copying); }
.spare, .lost { fill: none; stroke: var(--strong-line); stroke-width: 1.5; }
.lost { stroke: var(--differences); stroke-width: 2; }

.query h3 { font-size: 1rem; font-weight: 600; }
.query h3 q { font-weight: 400; }
.query table { margin-top: 0.75rem; }

.controls { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: center; justify-content: space-between; padding: 1.25rem 0 0.5rem; }
.controls .word { color: var(--soft); }
.buttons { display: flex; gap: 0.75rem; }
button { font: inherit; font-weight: 600; min-height: 2.75rem; min-width: 6.5rem; padding: 0 1.25rem; border-radius: 10px; cursor: pointer;
  border: 1px solid var(--strong-line); background: var(--sheet); color: var(--ink); }
button:hover { border-color: var(--ink); }
button.stop { color: var(--refused); }
button.stop:hover { border-color: var(--refused); }
button:disabled { opacity: 0.55; cursor: default; }
button[hidden] { display: none; }
dialog { max-width: min(28rem, calc(100vw - 2rem)); padding: 1.75rem; border: 1px solid var(--line); border-radius: 14px; background: var(--sheet);
  color: var(--ink); }
dialog::backdrop { background: rgb(0 0 0 / 0.4); }
dialog h2 { font-size: 1.25rem; }
dialog p { margin: 0.5rem 0 1.5rem; }
#note:empty { display: none; }
.progress { padding: 0.5rem 0 2.25rem; }
.progress > * + * { margin-top: 1rem; }
.progress .facts { margin-top: 1.75rem; }
.bar { display: block; }
.track { fill: var(--track); }
.parts { list-style: none; }
.parts li { display: grid; grid-template-columns: minmax(5rem, 9rem) minmax(4rem, 1fr) minmax(9rem, auto); gap: 1rem; align-items: center; padding: 0.25rem 0; }

.foot { border-top: 1px solid var(--line); padding: 1.25rem 0 3rem; color: var(--soft); font-size: 0.875rem; }

@media (max-width: 52rem) {
  .page { padding: 0 1.25rem; }
  .part { grid-template-columns: minmax(0, 1fr); padding: 1.75rem 0; }
  .picture { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 40rem) {
  .top { padding: 1.25rem 0 1rem; }
  .verdict { grid-template-columns: minmax(0, 1fr); gap: 0.875rem; padding: 1.25rem; }
  .mark svg { width: 36px; height: 36px; }
  .route { grid-template-columns: minmax(0, 1fr); gap: 0.625rem; padding: 1.5rem 0; }
  .arrow { transform: rotate(90deg); margin-left: 0; }
  .facts, .body .facts { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; }
  .facts dd:not(.note) { font-size: 1.25rem; }
  .buttons, .buttons button { flex: 1; }
  .parts li { grid-template-columns: minmax(0, 1fr) auto; gap: 0.25rem 1rem; }
  .parts .bar { grid-row: 2; grid-column: 1 / -1; }
  .pairs > div { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .pairs dt { font-size: 0.875rem; }
  table, tbody, tr, th, td, caption { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { padding: 0.75rem 0; border-top: 1px solid var(--line); }
  tbody tr > * { border: 0; padding: 0.125rem 0; }
  th.number, td.number { text-align: left; }
  td.wide { min-width: 0; }
  td.empty { display: none; }
  td[data-label] { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: 0.5rem; }
  td[data-label]::before { content: attr(data-label); color: var(--soft); font-size: 0.875rem; }
}
@page { margin: 14mm; }
@media print {
  body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .page { max-width: none; padding: 0; }
  .top { padding-top: 0; }
  .part { grid-template-columns: minmax(0, 1fr); padding: 1.25rem 0; gap: 0.75rem; }
  .verdict, figure, tr, .facts > div, .picture { break-inside: avoid; }
  h2, caption, .rail { break-after: avoid; }
  thead { display: table-header-group; }
}
`;
