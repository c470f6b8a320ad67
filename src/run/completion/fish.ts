import type { Completions } from "./completions.ts";

/** Writes the completions as a script for fish. */
export function fishScript(all: readonly Completions[]): string {
  const paths = all.flatMap(({ path }) => (path === "" ? [] : [quoted(path)]));
  const lines = all.flatMap(({ path, commands, options, argument, takesFiles }) => {
    const head = `complete -c gradstream -n "__gradstream_at ${quoted(path)}"`;
    return [
      ...commands.map(({ name, description }) => `${head} -f -a ${name} -d ${quoted(description)}`),
      ...(argument.length > 0 ? [`${head}${takesFiles ? "" : " -f"} -a ${quoted(argument.join(" "))}`] : []),
      ...options.map(({ flag, description, value, choices }) => {
        const takes = {
          choices: ` -x -a ${quoted(choices.join(" "))}`,
          file: " -r -F",
          folder: " -r -F",
          text: " -x",
          none: "",
        };
        return `${head} -l ${flag.slice(2)}${takes[value]} -d ${quoted(description)}`;
      }),
    ];
  });
  return `# Completion of gradstream's commands in fish: gradstream completion fish | source
function __gradstream_at
    set -l at
    for word in (commandline -opc)[2..]
        switch (string join -- " " $at $word)
            case ${paths.join(" ")}
                set -a at $word
        end
    end
    test "$at" = "$argv[1]"
end
${lines.join("\n")}
`;
}

/** Writes text as one word of fish's. */
const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
