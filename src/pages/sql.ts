// Ask the store anything.

import { startPage } from "./parts/page.ts";
import { SqlDesk } from "./parts/sql-desk.ts";

startPage({
  title: "SQL",
  question: "What else would you like to know? Every number recorded is in tables that DuckDB queries.",
  controls: [],
  build: (context) => [new SqlDesk(context)],
});
