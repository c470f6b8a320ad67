import { UserError } from "../core/errors.ts";

/** A store that another process holds: only that process can let others have it. */
export class StoreInUse extends UserError {}
