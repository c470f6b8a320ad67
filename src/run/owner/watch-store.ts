import { statSync } from "node:fs";
import { storeFile } from "../../store/place.ts";
import type { Store } from "../../store/store.ts";

const LOOK_MS = 1000;

/** Watches the file of a store that this process writes to. */
export interface StoreWatch {
  /** Where the file was removed or replaced, saves the store beside it. Returns the new file's name. */
  rescue(store: Store): Promise<string | undefined>;
  /** Ends watching. A second call does nothing. */
  end(): void;
}

/** Looks once a second whether the file under a store's name is still the one that is open; calls back once if not. */
export function watchStore(path: string, onLost: () => void): StoreWatch {
  const file = storeFile(path);
  const opened = identity(file);
  let isLost = false;
  const look = (): void => {
    if (isLost || identity(file) === opened) return;
    isLost = true;
    clearInterval(timer);
    onLost();
  };
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return {
    rescue: async (store) => {
      if (identity(file) === opened) return undefined;
      const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
      const saved = `${path.replace(/\.duckdb$/, "")}.rescued-${stamp}.duckdb`;
      await store.rescue(saved);
      return saved;
    },
    end: () => clearInterval(timer),
  };
}

/** Tells a file from any other that may stand under its name; undefined where there is none. */
function identity(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev} ${found.ino}`;
}
