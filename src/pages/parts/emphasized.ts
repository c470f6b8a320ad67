import { element } from "./element.ts";

/** Turns `a **b** c` into nodes, with b as `<b>`. */
export function emphasized(text: string): (string | HTMLElement)[] {
  return text.split("**").map((part, i) => (i % 2 ? element("b", {}, part) : part));
}
