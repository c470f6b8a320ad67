import { rm } from "node:fs/promises";

/** Returns the folder in which copies of a store stand while others read them. */
export const copiesOf = (file: string): string => `${file}.copies`;

/** Removes copies that processes left behind which are no more, or that are still read from where the system allows it. */
export async function removeCopies(file: string): Promise<void> {
  await rm(copiesOf(file), { recursive: true, force: true }).catch(() => undefined);
}
