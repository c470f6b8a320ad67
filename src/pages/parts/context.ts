import type { ConnectionState, Declaration, Feed, RunState } from "../../feed/client/index.ts";
import type { ArmPlaces } from "../../view/arms.ts";
import type { Palette } from "../../view/palette.ts";
import type { Content } from "./content.ts";
import type { Curve } from "./curve.ts";
import type { DrawnItem } from "./drawn.ts";
import type { Declared, Need } from "./needs.ts";
import type { urlState } from "./url-state.ts";

/** Which runs a page shows, and as which curves. */
export interface Selection {
  /** All runs that there are, newest first. */
  readonly all: readonly RunState[];
  readonly experiments: readonly string[];
  readonly experiment: string | undefined;
  /** Those of the experiment. */
  readonly mine: readonly RunState[];
  /** Those that would be shown, if they were not hidden. */
  readonly away: readonly RunState[];
  readonly runs: readonly RunState[];
  readonly curves: readonly Curve[];
  readonly curveOf: ReadonlyMap<string, Curve>;
  /** Names of curves that are switched off. */
  readonly hidden: ReadonlySet<string>;
  readonly visible: readonly RunState[];
  /** Whether a run is under way. */
  readonly underWay: boolean;
  /** Whether any run has made a step. */
  readonly started: boolean;
}

export type Zoom = readonly [from: number, to: number];
/** A number of the layer chosen; "all" for the whole network; undefined until one is known. */
export type LayerChoice = number | "all" | undefined;

/** All that parts draw from. */
export interface Context {
  readonly feed: Feed;
  readonly state: typeof urlState;
  readonly runs: readonly RunState[];
  /** What is trained and what the store has. */
  readonly declarations: readonly Declaration[];
  /** The same of each run. */
  readonly declared: Declared;
  readonly connection: ConnectionState;
  readonly selection: Selection;
  /** Arms that papers know. */
  readonly arms: ArmPlaces;
  readonly colours: Palette;
  /** Steps shown; undefined: all. */
  readonly zoom: Zoom | undefined;
  readonly seeds: "band" | "single";
  /** Steps of the running mean; 0: none. */
  readonly span: number;
  readonly layers: readonly number[];
  readonly layersKnown: boolean;
  readonly layer: LayerChoice;
  /** Whether the whole network can be chosen besides its layers. */
  readonly wholeNetwork: boolean;
  /** Shows other steps; without any, all. */
  readonly zoomTo: (from?: number, to?: number) => void;
  /** Says where what is drawn comes from. */
  readonly source: (content?: Content) => string;
}

/** A piece of a page. */
export interface Part {
  readonly node?: HTMLElement;
  /** Goes to the toolbar. */
  readonly tool?: HTMLElement;
  /** Its name, where runs without what it needs say so. */
  readonly title?: string | undefined;
  /** What runs must record to fill it. Default: nothing, it always stays. */
  needs?(context: Context): Need | undefined;
  /** Something is to be shown otherwise. */
  update(context: Context): void;
  /** Runs have only gone on. */
  progress?(context: Context): void;
  drawn?(): readonly DrawnItem[];
}
