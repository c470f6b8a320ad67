import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How an attempt ended, and whether the trial did with it. */
export interface Ended {
  readonly how: "completed" | "failed" | "released";
  readonly attempt: number;
  readonly reason?: string;
}

/**
 * What is known of the trials of a sweep, as files that are written once and never replaced: file systems between
 * machines promise no more than that one of several who create a file succeeds.
 */
export class TrialFiles {
  readonly #folder: string;

  /** `folder` is the sweep's, which every machine sees. */
  constructor(folder: string) {
    this.#folder = join(folder, "trials");
  }

  /** Returns the tokens of the attempts that there were, the first first. */
  attempts(trialId: string): readonly string[] {
    const folder = this.#of(trialId);
    if (!existsSync(folder)) return [];
    const count = readdirSync(folder).filter((name) => name.startsWith("claim-")).length;
    return Array.from({ length: count }, (_, i) => readFileSync(join(folder, `claim-${i + 1}`), "utf8"));
  }

  /** Begins the next attempt; returns which one it is, or undefined when somebody else has. */
  begin(trialId: string, token: string): number | undefined {
    const attempt = this.attempts(trialId).length + 1;
    return this.#create(trialId, `claim-${attempt}`, token) ? attempt : undefined;
  }

  /** Ends an attempt; returns whether it was the latest, and open. */
  end(trialId: string, ended: Ended, isOver: boolean): boolean {
    const { attempt } = ended;
    if (this.attempts(trialId).length !== attempt) return false;
    if (!this.#create(trialId, `end-${attempt}`, JSON.stringify(ended))) return false;
    return !isOver || this.#create(trialId, "over", JSON.stringify(ended));
  }

  hasEnded(trialId: string, attempt: number): boolean {
    return existsSync(join(this.#of(trialId), `end-${attempt}`));
  }

  isOver(trialId: string): boolean {
    return existsSync(join(this.#of(trialId), "over"));
  }

  isWithdrawn(trialId: string): boolean {
    return existsSync(join(this.#of(trialId), "withdrawn"));
  }

  withdraw(trialId: string): void {
    this.#create(trialId, "withdrawn", "");
  }

  /** Forgets all attempts. */
  forget(trialId: string): void {
    rmSync(this.#of(trialId), { recursive: true, force: true });
  }

  #of(trialId: string): string {
    return join(this.#folder, encodeURIComponent(trialId));
  }

  #create(trialId: string, name: string, text: string): boolean {
    mkdirSync(this.#of(trialId), { recursive: true });
    try {
      writeFileSync(join(this.#of(trialId), name), text, { flag: "wx" });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      return false;
    }
  }
}
