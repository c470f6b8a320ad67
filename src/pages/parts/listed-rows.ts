import type { RunColumn } from "./run-columns.ts";
import type { RunFacts } from "./run-facts.ts";
import { groupsOf, groupValue, type RunGroup } from "./run-groups.ts";
import { inOrder } from "./run-order.ts";

/** A row of the table: a run, or a group of runs. */
export interface ListedRow {
  readonly key: string;
  readonly group: RunGroup;
  /** The run, of a row of one. */
  readonly one?: RunFacts;
  /** Others show their differences to it. */
  readonly isPinned: boolean;
  /** Stands below its group. */
  readonly isMember: boolean;
}

/** How rows are listed. */
interface Listing {
  readonly isGrouped: boolean;
  readonly column: RunColumn | undefined;
  /** Whether the last in order comes first. */
  readonly down: boolean;
  /** What is pinned: a run by its id, a group by `group ` and the id of one of its runs. */
  readonly pin: string | undefined;
  readonly isOpen: (key: string) => boolean;
}

const GROUP = "group ";
const rowOf = (one: RunFacts, isMember = false, isPinned = false): ListedRow => ({
  key: `${isPinned ? "pinned " : ""}${one.run.runId}`,
  group: { key: one.run.runId, members: [one] },
  one,
  isPinned,
  isMember,
});

/** Returns what pins a row. */
export const pinOf = ({ one, group }: Pick<ListedRow, "one" | "group">): string =>
  `${one ? "" : GROUP}${group.members[0]!.run.runId}`;

/**
 * Lists rows: what is pinned first, whether it was found or not, then those found in order, those of groups that are unfolded
 * beneath them. `all` has every run that could be pinned.
 */
export function listedRows(
  found: readonly RunFacts[],
  all: readonly RunFacts[],
  { isGrouped, column, down, pin, isOpen }: Listing,
): ListedRow[] {
  const pinned = pinnedRow(all, pin);
  const rest = found.filter(({ run }) => run.runId !== pinned?.one?.run.runId);
  const sorted = column ? inOrder(rest, column.valueOf, down) : rest;
  const top = pinned ? [pinned, ...(pinned.one ? [] : membersOf(pinned, pinned.group.members, isOpen))] : [];
  if (!isGrouped) return [...top, ...sorted.map((one) => rowOf(one))];
  const groups = groupsOf(rest).filter(({ key }) => pinned?.one !== undefined || key !== pinned?.group.key);
  const ordered = column ? inOrder(groups, (group) => groupValue(group, column), down) : groups;
  const rows = ordered.flatMap((group) => {
    const row = { key: group.key, group, isPinned: false, isMember: false };
    const members = column ? inOrder(group.members, column.valueOf, down) : group.members;
    return [row, ...membersOf(row, members, isOpen)];
  });
  return [...top, ...rows];
}

function membersOf(row: ListedRow, members: readonly RunFacts[], isOpen: Listing["isOpen"]): ListedRow[] {
  return isOpen(row.key) ? members.map((one) => rowOf(one, true)) : [];
}

function pinnedRow(all: readonly RunFacts[], pin: string | undefined): ListedRow | undefined {
  if (pin === undefined) return undefined;
  const of = (id: string) => all.find(({ run }) => run.runId === id);
  const exact = of(pin);
  if (exact) return rowOf(exact, false, true);
  const first = pin.startsWith(GROUP) ? of(pin.slice(GROUP.length)) : undefined;
  const group = first && groupsOf(all).find(({ members }) => members.includes(first));
  return group && { key: `pinned ${group.key}`, group, isPinned: true, isMember: false };
}
