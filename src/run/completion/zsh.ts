import type { Completions } from "./completions.ts";

/** Writes the completions as a script for zsh, to be sourced, or autoloaded as `_gradstream`. */
export function zshScript(all: readonly Completions[]): string {
  const paths = all.flatMap(({ path }) => (path === "" ? [] : [`"${path}"`]));
  const values = all.flatMap(({ path, options }) =>
    options.flatMap(({ flag, value, choices }) => {
      if (value === "none") return [];
      const words = { choices: `compadd -- ${choices.join(" ")}`, file: "_files", folder: "_files -/", text: ":" }[
        value
      ];
      return [`    ("${path} ${flag}") ${words}; return ;;`];
    }),
  );
  const words = all.map(({ path, commands, options, argument, takesFiles }) => {
    const named = commands.map(({ name, description }) => entry(name, description));
    const flags = options.map(({ flag, description }) => entry(flag, description));
    return `    ("${path}") options=(${flags.join(" ")}); commands=(${named.join(" ")}); names=(${argument.join(" ")}); files=${Number(takesFiles)} ;;`;
  });
  return `#compdef gradstream
# Completion of gradstream's commands in zsh: source <(gradstream completion zsh), after compinit
_gradstream() {
  local cur="\${words[CURRENT]}" prev="\${words[CURRENT - 1]}" at="" files=0 i
  local -a options commands names
  for ((i = 2; i < CURRENT; i++)); do
    case "\${at:+$at }\${words[i]}" in
      (${paths.join(" | ")}) at="\${at:+$at }\${words[i]}" ;;
    esac
  done
  if [[ $cur == --*=* ]]; then prev="\${cur%%=*}"; compset -P "*="; fi
  case "$at $prev" in
${values.join("\n")}
  esac
  case "$at" in
${words.join("\n")}
  esac
  if [[ $cur == -* ]]; then _describe -o option options; return; fi
  if (( $#commands )); then _describe command commands; return; fi
  (( $#names )) && compadd -- $names
  (( files )) && _files
}
if [[ "\${funcstack[1]}" == _gradstream ]]; then _gradstream "$@"; else compdef _gradstream gradstream; fi
`;
}

/** Writes `'--scale:size of networks'`. */
const entry = (name: string, description: string): string =>
  `'${name}:${description.replaceAll("'", "'\\''").replaceAll(":", "\\:")}'`;
