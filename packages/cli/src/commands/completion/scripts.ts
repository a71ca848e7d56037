/** Each script asks `vsm complete -- WORDS…`, so that what can be completed is known in one place. */
const SCRIPTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    // Bash cuts words at colons, which locations have; the words are joined again, and what was typed is cut off the answers.
    bash: `_vsm() {
  local line="\${COMP_LINE:0:COMP_POINT}" current words
  read -r -a words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  current="\${words[\${#words[@]}-1]}"
  local typed="\${COMP_WORDS[COMP_CWORD]}"
  [[ "$typed" == ":" ]] && typed=""
  local IFS=$'\\n'
  COMPREPLY=($(vsm complete -- "\${words[@]:1}" 2>/dev/null))
  local cut=$(( \${#current} - \${#typed} ))
  local index
  for index in "\${!COMPREPLY[@]}"; do COMPREPLY[index]="\${COMPREPLY[index]:cut}"; done
  [[ "\${COMPREPLY[0]}" == *: ]] && compopt -o nospace
}
complete -o default -F _vsm vsm
`,
    zsh: `#compdef vsm
_vsm() {
  local -a answers
  answers=("\${(@f)$(vsm complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  [[ -n "\${answers[1]}" ]] && compadd -S '' -- "\${answers[@]}" || _files
}
compdef _vsm vsm
`,
    fish: `function __vsm_complete
  set -l words (commandline -opc) (commandline -ct)
  vsm complete -- $words[2..-1] 2>/dev/null
end
complete -c vsm -a '(__vsm_complete)'
`,
  }),
);

export function completionScript(shell: string): string {
  return SCRIPTS.get(shell) ?? '';
}
