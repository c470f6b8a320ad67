import { declarations } from "./colours.ts";

/** Returns the page's style sheet: light, dark, narrow and printed. */
export function styleSheet(): string {
  return `
:root { color-scheme: light dark; ${declarations("light")} }
@media screen and (prefers-color-scheme: dark) { :root { ${declarations("dark")} } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 36px clamp(16px, 4vw, 48px) 64px; background: var(--page); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; font-variant-numeric: tabular-nums; }
h1, h2, h3, h4, p, ul, dl, figure { margin: 0; padding: 0; }
h1 { font-size: clamp(25px, 4vw, 36px); font-weight: 660; line-height: 1.15; letter-spacing: -0.022em; overflow-wrap: anywhere; }
h2 { margin: 52px 0 16px; font-size: 23px; font-weight: 640; letter-spacing: -0.015em; }
h3 { font-size: 18px; font-weight: 630; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h4 { margin: 0 0 2px; padding-left: 8px; font-size: 14px; font-weight: 600; overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: 3px; }
code, pre { font: 0.9em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
ul { list-style: none; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 14px 28px; margin-top: 22px; padding: 18px 22px; }
.facts dt, .about dt { color: var(--muted); font-size: 13px; }
.facts dd, .about dd { margin: 0; overflow-wrap: anywhere; }
.facts, .figure, .claims, .runs { border: 1px solid var(--line); border-radius: 14px; background: var(--panel); }
nav { margin-top: 20px; }
nav ul { columns: 2 340px; column-gap: 32px; font-size: 14px; }
nav li { break-inside: avoid; padding: 2px 0; }
.tally { display: flex; flex-wrap: wrap; gap: 8px 14px; margin-bottom: 14px; }
.badge { display: inline-block; padding: 2px 11px 2px 9px; border: 1px solid currentColor; border-radius: 999px; font-size: 13.5px; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--warn); }
table { width: 100%; border-collapse: separate; border-spacing: 0; }
th { text-align: left; font-weight: 600; }
thead th { padding: 12px 14px; color: var(--muted); font-size: 13px; }
td, tbody th { padding: 5px 14px; vertical-align: top; }
.claims tbody > tr:first-child > * { padding-top: 14px; border-top: 1px solid var(--line); }
.claims tbody > tr:last-child > * { padding-bottom: 14px; }
.claims small { display: block; color: var(--muted); }
.claims .number small { white-space: normal; }
tr.claim > td:nth-child(2) { font-weight: 600; }
tr.measure, tr.detail { font-size: 14px; }
tr.detail { color: var(--muted); }
.number { white-space: nowrap; }
.passed { font-size: 13.5px; white-space: nowrap; }
.figure { margin: 0 0 22px; padding: 22px 24px; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 14px 18px; margin-top: 12px; }
.panels.columns-3 { grid-template-columns: repeat(auto-fit, minmax(min(100%, 310px), 1fr)); }
.panels.columns-5 { grid-template-columns: repeat(auto-fit, minmax(min(100%, 190px), 1fr)); gap: 8px 10px; }
@media screen and (min-width: 900px) { .panels svg { max-height: max(130px, calc((100vh - 490px) / var(--rows) - 36px)); } }
.printed { display: none; }
#summary h2 { margin-top: 26px; }
#summary .lead { max-width: 68ch; font-size: 18px; }
#summary ul { display: grid; gap: 6px; max-width: 90ch; margin-top: 12px; }
.panels svg { display: block; width: 100%; height: auto; overflow: visible; }
.single { display: grid; grid-template-columns: minmax(0, 560px) minmax(0, 1fr); gap: 0 32px; align-items: start; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin-top: 10px; font-size: 14px; }
.legend li { display: inline-flex; gap: 8px; align-items: center; }
.legend svg { flex: none; }
.caption { margin-top: 12px; max-width: 78ch; }
.note { margin-top: 6px; color: var(--muted); font-size: 14px; }
.about { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 16px; margin-top: 12px; font-size: 14px; }
details { margin-top: 10px; font-size: 14px; }
summary { width: fit-content; color: var(--accent); cursor: pointer; }
pre { margin: 8px 0 0; padding: 12px 14px; overflow-x: auto; border-radius: 10px; background: var(--page); }
.ids { margin: 8px 0 0; color: var(--muted); overflow-wrap: anywhere; }
.empty { margin-top: 14px; padding: 34px 20px; border: 1.5px dashed var(--line); border-radius: 12px; text-align: center; color: var(--muted); }
.empty strong { display: block; color: var(--text); font-size: 16px; }
.empty code { display: inline-block; margin-top: 10px; padding: 6px 12px; border-radius: 8px; background: var(--page); color: var(--text); overflow-wrap: anywhere; }
.runs { overflow-x: auto; }
.runs td, .runs thead th { padding: 6px 9px; }
.runs td { border-top: 1px solid var(--line); font-size: 13.5px; white-space: nowrap; }
.runs .number { text-align: right; }
.runs td:last-child { color: var(--muted); font-size: 13px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
@media (max-width: 900px) { .single { display: block; } }
@media screen and (max-width: 720px) {
  .figure { padding: 16px 14px; }
  .claims, .claims tbody, .claims tr, .claims td, .claims tbody th { display: block; }
  .claims thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .facts { grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); padding: 16px; }
  .claims tbody + tbody > tr:first-child { border-top: 1px solid var(--line); }
  .claims tbody > tr:first-child > * { border: 0; }
  .claims td, .claims tbody th { padding: 3px 16px !important; }
  .claims tr { padding: 7px 0; }
  .claims td:empty, tr.measure > td:first-child, tr.detail > td:first-child { display: none; }
  .claims .number { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 16px; }
  .claims .number small { flex: 1 0 100%; text-align: right; }
  .claims .number::before { content: attr(data-label); color: var(--muted); }
}
@page { margin: 14mm; }
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; background: var(--panel); font-size: 10pt; }
  nav, details { display: none; }
  .printed { display: block; }
  .figure, .claims tbody, .facts, .runs tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  thead { display: table-header-group; }
  .figure, .claims, .runs, .facts { border-color: var(--line); }
  .claims td, .claims th { padding-inline: 6px; font-size: 8.5pt; }
  .number, .passed { white-space: normal; }
  .runs { overflow: visible; }
  .runs td, .runs thead th, .runs td:last-child { padding: 3px 4px; font-size: 7.5pt; white-space: normal; overflow-wrap: anywhere; }
  .panels { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .single .panels { grid-template-columns: minmax(0, 1fr); max-width: 420px; }
  .badge { padding: 1px 8px; font-size: 8.5pt; }
  #figures { break-before: page; }
}
`;
}
