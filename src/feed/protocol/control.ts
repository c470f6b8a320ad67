/** What a client may ask of trials: of a run under way, or of one that is queued. */
export type ControlCommand =
  | {
      /** Ends it as interrupted after its step; lets it wait before its next step; lets it go on. */
      readonly action: "stop" | "pause" | "continue";
      /** Id of the run. */
      readonly run: string;
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
