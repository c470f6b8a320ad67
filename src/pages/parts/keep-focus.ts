/** Makes what is in a node anew; what had the focus gives it to what has the same `data-key`. */
export function keepFocus(node: HTMLElement, makeAnew: () => void): void {
  const focused = document.activeElement;
  const key = focused instanceof HTMLElement && node.contains(focused) ? focused.dataset["key"] : undefined;
  makeAnew();
  if (key === undefined) return;
  const heirs = [...node.querySelectorAll<HTMLElement>("[data-key]")];
  heirs.find(({ dataset }) => dataset["key"] === key)?.focus({ preventScroll: true });
}
