import { UserError } from "../../core/errors.ts";

/** An end that the user asked for by Ctrl-C. */
export class Interrupted extends UserError {}
