import type { Column } from "../../store/query.ts";
import type { SqlFault } from "../../core/errors.ts";

/** How much, how long and in how much memory a query is answered. */
export interface SqlLimits {
  readonly rows: number;
  /** Of all rows as JSON. */
  readonly characters: number;
  /** Milliseconds after which the query is interrupted; one that does not heed that is killed a second later. */
  readonly ms: number;
  /** Bytes of memory that the answering process may take as a whole. */
  readonly memory: number;
}

/** What an answering process starts with. */
export interface SqlOrder {
  /** The store: opened for reading, or copied first where `isWritten`. */
  readonly path: string;
  /** The process that starts this one writes to it. */
  readonly isWritten: boolean;
  /** Where its copy goes; whoever gives the order removes it. */
  readonly folder: string;
  readonly limits: SqlLimits;
}

/** To the answering process. */
export type ToSqlProcess =
  | { readonly type: "ask"; readonly sql: string; readonly refresh: boolean }
  | { readonly type: "interrupt" }
  /** The files of the store stay as they are from now on, until `release`. */
  | { readonly type: "held" }
  /** They go on changing; whether they stayed as they were. */
  | { readonly type: "released"; readonly isValid: boolean };

/**
 * From the answering process. Each `ask` is answered by `begun`, when what is stored has been opened, then `columns`, any
 * number of `rows` and `end`; or, at any point, by `refused`. After an answer that `isLast` the process is to be ended: it
 * has stepped aside for good.
 */
export type FromSqlProcess =
  | { readonly type: "ready" | "begun" }
  | { readonly type: "hold" }
  | { readonly type: "release" }
  | { readonly type: "columns"; readonly columns: readonly Column[] }
  /** Rows, each as a JSON array, with commas between them. */
  | { readonly type: "rows"; readonly json: string }
  | { readonly type: "end"; readonly truncated: boolean; readonly isLast: boolean }
  | { readonly type: "refused"; readonly message: string; readonly fault?: SqlFault; readonly isLast: boolean }
  /** It ends itself: it takes more memory than it may. */
  | { readonly type: "memory" };
