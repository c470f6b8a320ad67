import { rmSync } from "node:fs";
import { UserError } from "../../core/errors.ts";
import { oneLine } from "../../core/one-line.ts";
import { onInterrupt } from "../process/interrupt.ts";
import type { ReportInput } from "../../report/input.ts";

/** Writes a report; interrupted, it leaves the process at once, and nothing that is not whole. */
export async function writeUnlessInterrupted(out: string, input: ReportInput): Promise<void> {
  const { scratchFolder } = await import("../../report/write-report.ts");
  const leave = (): never => {
    rmSync(scratchFolder(out), { recursive: true, force: true });
    process.exit(130);
  };
  await onInterrupt(leave, () => write(out, input));
}

/**
 * Writes a report. What draws is loaded only here: it takes a moment.
 *
 * @throws {UserError} when the folder cannot be written.
 */
export async function write(out: string, input: ReportInput): Promise<void> {
  const { writeReport } = await import("../../report/write-report.ts");
  try {
    await writeReport(out, input);
  } catch (error) {
    if (error instanceof Error && "syscall" in error) {
      throw new UserError(`--out ${out}: cannot be written: ${oneLine(error)}`);
    }
    throw error;
  }
}
