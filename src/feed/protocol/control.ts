/** A request that concerns a trial: a run under way, or one that is queued. */
export type TrialCommand =
  | {
      /** Ends it as interrupted after its step; lets it wait before its next step; lets it go on. */
      readonly action: "stop" | "pause" | "continue";
      /** Id of the run. */
      readonly run: string;
    }
  | {
      /** Gives a control another value from the next step on. */
      readonly action: "move";
      /** Id of the run. */
      readonly run: string;
      /** Name of the control. */
      readonly control: string;
      /** One of its values. */
      readonly value: number;
    }
  | {
      /** Takes it out of the queue. */
      readonly action: "skip";
      /** Id of its declaration. */
      readonly declaration: string;
      /** Name of its arm. */
      readonly arm: string;
      /** Its seed. */
      readonly seed: number;
    };

/** Sets what is said of a run that the store has. */
export interface NoteCommand {
  /** Sets its note or its tags, or both. */
  readonly action: "note";
  /** Id of the run. */
  readonly run: string;
  /** Any text; empty for none. Default: it stays. */
  readonly note?: string | undefined;
  /** Words to find it by. Default: they stay. */
  readonly tags?: readonly string[] | undefined;
}

/** Removes a run that the store has. */
export interface RemoveCommand {
  /** Removes it with all that it recorded, and its checkpoints. */
  readonly action: "remove";
  /** Id of the run. */
  readonly run: string;
}

/** A request that concerns a run that the store has. */
export type KeepingCommand = NoteCommand | RemoveCommand;

/** A request of a client. */
export type ControlCommand = TrialCommand | KeepingCommand;
