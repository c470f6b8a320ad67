import type { Completions } from "./completions.ts";

/** Writes the completions as a script for bash. */
export function bashScript(all: readonly Completions[]): string {
  const paths = all.flatMap(({ path }) => (path === "" ? [] : [`"${path}"`]));
  const values = all.flatMap(({ path, options }) =>
    options.flatMap(({ flag, value, choices }) => {
      if (value === "none") return [];
      // With no words of ours, bash completes names of files.
      const words = {
        choices: `_gradstream_reply ${choices.join(" ")}`,
        file: ":",
        folder: ":",
        text: "_gradstream_no_files",
      }[value];
      return [`    "${path} ${flag}") ${words}; return ;;`];
    }),
  );
  const words = all.map(({ path, commands, options, argument, takesFiles }) => {
    const names = [...commands.map(({ name }) => name), ...argument].join(" ");
    return `    "${path}") options="${options.map(({ flag }) => flag).join(" ")}" words="${names}"${takesFiles ? "" : "; _gradstream_no_files"} ;;`;
  });
  return `# Completion of gradstream's commands in bash: source <(gradstream completion bash)
_gradstream_reply() { COMPREPLY=($(compgen -W "$*" -- "$cur")); }
_gradstream_no_files() { compopt +o default 2>/dev/null; }
_gradstream() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}" at="" options="" words="" i
  # bash takes --scale=quick for three words.
  if [[ $cur == "=" ]]; then cur=""; elif [[ $prev == "=" ]]; then prev="\${COMP_WORDS[COMP_CWORD - 2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${at:+$at }\${COMP_WORDS[i]}" in
      ${paths.join(" | ")}) at="\${at:+$at }\${COMP_WORDS[i]}" ;;
    esac
  done
  COMPREPLY=()
  case "$at $prev" in
${values.join("\n")}
  esac
  case "$at" in
${words.join("\n")}
  esac
  if [[ $cur == -* ]]; then _gradstream_reply "$options"; else _gradstream_reply "$words"; fi
}
complete -o default -F _gradstream gradstream
`;
}
