// Given to --import (or imported first): TypeScript modules load through ts-node from here on, in this thread.
import { register } from "node:module";

register("ts-node/esm", import.meta.url);
