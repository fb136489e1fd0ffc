/**
 * The style of every page: one sheet within the page, so that a printed or saved page needs nothing else.
 * Colours meet WCAG 2.2 AA on both backgrounds, and colour is never the only sign of a meaning.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1b2330; --muted: #4a5565; --paper: #fff; --soft: #f2f4f8; --line: #d3d9e2; --edge: #667183;
  --link: #174a94; --band: #17325c; --focus: #b34700;
  --yes: #1a6b3a; --yes-soft: #e6f3ea; --no: #ab2219; --no-soft: #fbeae8; --unknown: #765000; --unknown-soft: #fbf1d9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e9edf3; --muted: #b3bdcb; --paper: #12161c; --soft: #1d232c; --line: #38424f; --edge: #8c98a8;
    --link: #93bdff; --band: #1b2f4f; --focus: #ffb366;
    --yes: #7ed6a1; --yes-soft: #14301f; --no: #ff9f96; --no-soft: #3b1a18; --unknown: #f0c46c; --unknown-soft: #33270e;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: anywhere; }
.wide { max-width: 46rem; margin: 0 auto; padding: 0 1rem; }
main.wide { padding-top: 2rem; padding-bottom: 3rem; }
a { color: var(--link); text-underline-offset: .15em; }
a:hover { text-decoration-thickness: .15em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 1; background: var(--paper); padding: .5rem .75rem; }
.band { background: var(--band); color: #fff; }
.band .wide { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.5rem; padding-top: .8rem; padding-bottom: .8rem; }
.band a { color: #fff; text-decoration: none; padding: .2rem 0; }
.band a:hover { text-decoration: underline; }
.band a:focus-visible { outline-color: #ffd08a; }
.band [aria-current] { text-decoration: underline; text-decoration-thickness: .15em; }
.brand { font-weight: 700; font-size: 1.1875rem; margin-right: auto; }
.band nav { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; }
footer { color: var(--muted); font-size: .9375rem; }
footer p { border-top: 1px solid var(--line); padding-top: 1.25rem; margin: 0 0 2rem; }
h1 { font-size: clamp(1.5rem, 1.1rem + 1.8vw, 2rem); line-height: 1.2; margin: 0 0 1rem; text-wrap: pretty; }
h2 { font-size: 1.3125rem; line-height: 1.3; margin: 2.5rem 0 .75rem; }
h3, h4 { font-size: 1.0625rem; line-height: 1.4; margin: 0; }
p { margin: 0 0 .75rem; }
ul, ol { margin: 0 0 .75rem; padding-left: 1.25rem; }
li { margin: .25rem 0; }
ul ul { list-style: disc; }
code { font: .9em ui-monospace, "Cascadia Mono", Consolas, monospace; background: var(--soft); border-radius: .25rem; padding: .1em .3em; }
.short { border: 1px solid var(--edge); border-radius: .375rem; padding: 1.25rem 1.25rem .5rem; margin: 0 0 1.25rem; }
.short h2 { margin-top: 0; }
.short table { margin-bottom: .25rem; }
.short tr:last-child > * { border-bottom: 0; }
.short thead th:first-child { width: 38%; }
.short tbody th { color: inherit; }
.short tbody a { font-weight: 600; }
.short tbody .quiet { font-size: .9375rem; }
.short td p { margin: .15rem 0 0; }
.sentence { font-size: 1.1875rem; line-height: 1.45; font-weight: 600; }
.policy { border-top: .25rem solid var(--line); margin-top: 2.5rem; padding-top: 1.25rem; }
.policy > h2 { margin-top: 0; font-size: 1.4375rem; }
.policy > :not(.verdict) > h3 { font-size: 1.1875rem; margin: 1.75rem 0 .6rem; }
.policy + section:not(.policy) { border-top: .25rem solid var(--line); margin-top: 2.5rem; }
.policy + section:not(.policy) > h2 { margin-top: 1.25rem; }
.lead { font-size: 1.125rem; margin-bottom: 1.75rem; }
.quiet { color: var(--muted); }
.bare { list-style: none; padding: 0; }

.verdict { display: grid; grid-template-columns: auto 1fr; gap: .35rem 1rem; align-items: center; border: 2px solid var(--tone); border-left-width: .75rem; border-radius: .375rem; background: var(--ground); padding: 1.25rem; margin: 0 0 1rem; }
.verdict :is(h2, h3) { font-size: clamp(1.375rem, 1.2rem + 1vw, 1.75rem); line-height: 1.15; margin: 0; color: var(--tone); text-wrap: balance; }
.verdict p { margin: 0; font-size: 1.125rem; grid-column: 2; }
.verdict .mark { width: 2.5rem; height: 2.5rem; }
@media (max-width: 30rem) { .verdict { padding: 1rem; } .verdict p { grid-column: 1 / -1; } .verdict .mark { width: 2.25rem; height: 2.25rem; } }
.yes { --tone: var(--yes); --ground: var(--yes-soft); }
.no { --tone: var(--no); --ground: var(--no-soft); }
.unknown { --tone: var(--unknown); --ground: var(--unknown-soft); }
.silent, .unsaid { --tone: var(--muted); --ground: var(--soft); }
.mark { fill: none; stroke: var(--tone); stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; width: 1.15em; height: 1.15em; vertical-align: -.2em; flex: none; }
.chip { color: var(--tone); font-weight: 600; }
.alert { display: flex; gap: .6rem; align-items: flex-start; border: 2px solid var(--tone); border-left-width: .75rem; border-radius: .375rem; background: var(--ground); padding: .75rem 1rem; margin: 0 0 1rem; font-weight: 600; }
.alert .mark { margin-top: .2em; }
.notice { background: var(--unknown-soft); border-bottom: 1px solid var(--line); }
.notice p { padding-top: .5rem; padding-bottom: .5rem; margin-bottom: 0; font-size: .9375rem; }
.printed { display: none; }
.chip .mark { margin-right: .35rem; }
.chip.neutral { color: inherit; white-space: normal; }

figure { margin: 0 0 1rem; }
.bar { display: block; width: 100%; height: 2.25rem; border: 1px solid var(--edge); border-radius: .25rem; }
.bar.thin { height: .75rem; margin: .6rem 0; }
.fill-yes { fill: var(--yes); }
.fill-no { fill: url(#no); }
.fill-unknown { fill: url(#unknown); }
.fill-silent, .fill-unsaid { fill: var(--soft); }
.edge { stroke: var(--paper); stroke-width: 2; }
.patterns { position: absolute; width: 0; height: 0; }
.patterns .ground-no { fill: var(--no-soft); }
.patterns .line-no { stroke: var(--no); stroke-width: 3.5; }
.patterns .ground-unknown { fill: var(--unknown-soft); }
.patterns .dot-unknown { fill: var(--unknown); }
.ends { display: flex; justify-content: space-between; gap: 1rem; color: var(--muted); font-size: .9375rem; margin-top: .25rem; }
.stretches li { display: flex; gap: .6rem; align-items: flex-start; margin: .4rem 0; }
.stretches .mark { margin-top: .2em; }

.card { border: 1px solid var(--line); border-radius: .375rem; padding: .9rem 1rem; margin: 0 0 .75rem; }
.card > :last-child { margin-bottom: 0; }
.card .top { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .15rem 1.5rem; align-items: baseline; }
.card .top :is(h3, h4) { flex: 1 1 18rem; }
.card .quiet { font-size: .9375rem; margin: .15rem 0 0; }
.card ul { margin: .5rem 0 0; }
.facts { display: grid; grid-template-columns: minmax(7rem, 10rem) 1fr; gap: .5rem 1rem; margin: 0 0 1rem; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; }
@media (max-width: 30rem) { .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .6rem; } }
table { width: 100%; border-collapse: collapse; margin: 0 0 1rem; }
th { overflow-wrap: normal; }
th, td { text-align: left; vertical-align: top; font-weight: 400; border-bottom: 1px solid var(--line); padding: .5rem .75rem .5rem 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--muted); font-size: .9375rem; border-bottom-color: var(--edge); }
tbody th { color: var(--muted); }
td ul { margin: 0; }
.note { border-left: .3rem solid var(--edge); padding: .1rem 0 .1rem .9rem; margin: 0 0 1.25rem; }
.note > :last-child { margin-bottom: 0; }
.kept { background: var(--soft); border-radius: .375rem; padding: 1rem; margin-top: 2rem; }
.kept > :first-child { margin-top: 0; }
.kept > :last-child { margin-bottom: 0; }
.address { font: .9em/1.5 ui-monospace, "Cascadia Mono", Consolas, monospace; }
.choices li { border-top: 1px solid var(--line); padding: .7rem 0; margin: 0; }
.choices a { font-weight: 600; font-size: 1.125rem; }

.faults { border: 3px solid var(--no); border-radius: .375rem; padding: 1rem 1.25rem; margin: 0 0 1.5rem; }
.faults:focus { outline: 3px solid var(--focus); outline-offset: 2px; }
.faults h2 { margin: 0 0 .5rem; }
.faults ul { margin: 0; }
.faults a { color: var(--no); font-weight: 600; }
.field { margin: 0 0 1.25rem; }
.field.broken { border-left: .3rem solid var(--no); padding-left: .9rem; }
.fault { color: var(--no); font-weight: 600; margin: .15rem 0 .35rem; }
label, legend { display: block; font-weight: 600; padding: 0; margin-bottom: .2rem; }
.hint { color: var(--muted); margin: 0 0 .35rem; font-size: .9375rem; }
input, select { font: inherit; color: inherit; background: var(--paper); border: 2px solid var(--edge); border-radius: .25rem; padding: .5rem .6rem; min-height: 2.85rem; width: 100%; max-width: 100%; }
.broken input, .broken select { border-color: var(--no); }
input:focus-visible, select:focus-visible { outline-offset: 0; }
fieldset { border: 0; margin: 0 0 1.25rem; padding: 0; min-width: 0; }
.days { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; }
.days .field { flex: 0 1 13rem; margin-bottom: 0; }
.days .broken { flex-basis: 18rem; }
.days input { max-width: 13rem; }
button { font: inherit; font-weight: 700; color: #fff; background: var(--band); border: 2px solid transparent; border-radius: .25rem; padding: .65rem 2rem; min-height: 2.85rem; cursor: pointer; }
form + .quiet { margin-top: 1.5rem; }
button:hover { filter: brightness(1.2); }
details { margin: 0 0 1.25rem; }
summary { cursor: pointer; color: var(--link); text-decoration: underline; text-underline-offset: .15em; width: fit-content; padding: .25rem 0; }
details > :nth-child(2) { margin-top: .75rem; }
@media (prefers-color-scheme: dark) { button { background: #2f5fa8; } }

@media print {
  :root { --ink: #000; --muted: #333; --paper: #fff; --soft: #fff; --line: #999; --edge: #333; --link: #000;
    --yes: #10532b; --yes-soft: #fff; --no: #8f1a12; --no-soft: #fff; --unknown: #5c3e00; --unknown-soft: #fff; }
  body { font-size: 10.5pt; }
  .wide, main.wide { padding: 0; max-width: none; }
  .band { background: none; color: #000; border-bottom: 2px solid #000; margin-bottom: 1rem; }
  .band .wide { padding: 0 0 .3rem; }
  .band nav, .skip, form, .onscreen { display: none; }
  .printed { display: block; }
  h1 { font-size: 15pt; margin-bottom: .5rem; }
  h2 { font-size: 12pt; margin: .9rem 0 .35rem; }
  .verdict { padding: .6rem .9rem; }
  .verdict :is(h2, h3) { font-size: 16pt; }
  .sentence { font-size: 12pt; }
  .short { padding: .5rem .7rem; }
  .policy { margin-top: 1rem; padding-top: .5rem; }
  .policy > :not(.verdict) > h3 { font-size: 11.5pt; margin: .7rem 0 .3rem; }
  .facts { gap: .2rem 1rem; margin-bottom: .5rem; }
  th, td { padding: .2rem .5rem .2rem 0; }
  .card { padding: .4rem .7rem; margin-bottom: .4rem; }
  .kept { margin-top: .9rem; padding: .6rem; }
  footer p { padding-top: .5rem; margin: 0; }
  summary { color: #000; text-decoration: none; list-style: none; font-weight: 600; }
  .brand, .band a { color: #000; }
  details::details-content { content-visibility: visible; block-size: auto; }
  h2, h3, h4 { break-after: avoid; }
  .card, .verdict, .short, .kept, figure { break-inside: avoid; }
  .kept { border: 1px solid #999; }
  svg, .verdict { print-color-adjust: exact; }
}
`;
