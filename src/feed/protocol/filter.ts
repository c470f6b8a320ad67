/**
 * A choice of records. Patterns are exact names, or have `*` for any characters; an absent list lets everything
 * through. A histogram counts as probe `histogram` with its site as stat; events have neither.
 */
export interface Filter {
  /** Patterns of run ids. */
  readonly runs?: readonly string[] | undefined;
  /** Patterns of experiments. */
  readonly experiments?: readonly string[] | undefined;
  /** Patterns of arms. */
  readonly arms?: readonly string[] | undefined;
  /** Patterns of probes. */
  readonly probes?: readonly string[] | undefined;
  /** Patterns of what probes measure. */
  readonly stats?: readonly string[] | undefined;
  /** "none": whole-network readings only. */
  readonly layers?: readonly number[] | "none" | "any" | undefined;
  /** Default "none" for series, "any" otherwise. */
  readonly units?: readonly number[] | "none" | "any" | undefined;
  /** Default "any". */
  readonly distances?: "none" | "any" | undefined;
}
