// DuckDB's dialect for the editor, and colours that follow the page's.

import { PostgreSQL, sql, SQLDialect, type SQLNamespace } from "@codemirror/lang-sql";
import { HighlightStyle, LanguageSupport } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { TableColumns } from "./sql-tables.ts";

const KEYWORDS =
  "anti asof columns describe exclude export macro pivot pivot_longer pivot_wider positional qualify replace sample semi " +
  "show struct summarize unpivot";
const FUNCTIONS =
  "abs any_value approx_quantile arg_max arg_min array_agg avg bool_and bool_or cast ceil coalesce corr count covar_pop " +
  "cume_dist date_diff dense_rank epoch_ms exp first first_value floor format geomean greatest histogram ifnull isfinite " +
  "isnan json_extract lag last last_value lead least len list list_aggregate ln log10 log2 lower mad max max_by median min " +
  "min_by mode ntile nullif percent_rank pow printf product quantile_cont quantile_disc rank regexp_matches regr_slope " +
  "round row_number sign skewness sqrt stddev stddev_pop strftime string_agg sum trunc unnest upper var_pop variance";

const DUCKDB = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords: `${PostgreSQL.spec.keywords} ${KEYWORDS}`,
  types: `${PostgreSQL.spec.types} hugeint ubigint uhugeint uinteger usmallint utinyint tinyint union map list`,
  builtin: FUNCTIONS,
  caseInsensitiveIdentifiers: true,
});

/** Makes the editor's language, which completes names of tables, their columns and functions. */
export function duckdbLanguage(tables: readonly TableColumns[]): LanguageSupport {
  const schema: SQLNamespace = Object.fromEntries(
    tables.map(({ name, columns }) => [
      name,
      columns.map(({ name: label, type }) => ({ label, detail: type.toLowerCase(), type: "property" })),
    ]),
  );
  // Columns are offered before a FROM says whose they are.
  const all = new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)));
  const language = sql({ dialect: DUCKDB, schema, upperCaseKeywords: true });
  const loose = DUCKDB.language.data.of({
    autocomplete: [...all].map((label) => ({ label, type: "property", boost: -1 })),
  });
  return new LanguageSupport(language.language, [language.support, loose]);
}

/** Colours of words. */
export const highlights = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--arm-3)" },
  { tag: [tags.standard(tags.name), tags.typeName], color: "var(--arm-5)" },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: "var(--muted)", fontStyle: "italic" },
]);

/** Colours and measures of the editor. */
export const editorTheme = EditorView.theme({
  "&": {
    backgroundColor: "var(--page)",
    color: "var(--text)",
    border: "1px solid var(--line)",
    borderRadius: "8px",
    fontSize: "13.5px",
  },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": {
    fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
    lineHeight: "1.5",
    minHeight: "var(--editor-height)",
    maxHeight: "60vh",
  },
  ".cm-content": { padding: "10px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 12px" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--muted)", border: "none" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--chosen) !important" },
  ".cm-tooltip": { backgroundColor: "var(--panel)", color: "var(--text)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--chosen)", color: "var(--text)" },
  ".cm-completionDetail": { color: "var(--muted)" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--page)" },
});
