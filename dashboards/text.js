// Numbers as text, and text as elements.

const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
export const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function formatNumber(value) {
  if (value === undefined || value === null) return "–";
  if (!Number.isFinite(value)) return String(value);
  const text = value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : number.format(value);
  return text.replace(/^-/, "−");
}

export function formatPercent(value) {
  return value === undefined || value === null ? "–" : `${(100 * value).toFixed(1)} %`;
}

export function formatDuration(seconds) {
  if (seconds === undefined || !Number.isFinite(seconds)) return "–";
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, "0")} min`;
}

export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}
