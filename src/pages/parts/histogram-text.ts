// What the page says of histograms, by how they are drawn and by the site whose values they count.

const VALUES: Readonly<Record<string, string>> = {
  norm: "value before the non-linearity",
  output: "value after the non-linearity",
  linear: "value of the layer’s linear map",
};

/** Names the values of a site. */
export const valueOf = (site: string): string => VALUES[site] ?? `value of ${site}`;

/** Writes what a view of the values of a site shows. */
export function whatIs(view: string, site: string): string {
  const values = valueOf(site).replace("value", "values");
  if (view === "ridges")
    return `Each ridge is a histogram of the layer’s ${values}: early steps blue at the top, late ones red below, the step chosen filled. One picture per arm (its first seed). **Ridges of one shape are a steady distribution.**`;
  if (view === "overlay")
    return `How the layer’s ${values} are spread at the step chosen: one line per arm (its first seed). **Neither way is good in itself.**`;
  return `Each column is a histogram of the layer’s ${values} at one step: the more a colour stands out from the ground, the more values lie there. One picture per arm (its first seed). **A straight, even band is a steady distribution.**`;
}
