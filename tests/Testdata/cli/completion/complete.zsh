# complete.zsh LINE: types the line and a Tab into an interactive zsh that has the completion, and prints what the line became.
set -e
zmodload zsh/zpty
export ZDOTDIR=$(mktemp -d)
trap 'rm -rf $ZDOTDIR' EXIT
cat > $ZDOTDIR/.zshrc <<'RC'
autoload -U compinit && compinit -u -D
source <(kubectl-palisade completion zsh)
tell() { print -r -- "<<$BUFFER>>" }
zle -N tell
bindkey '^X' tell
PROMPT='ready>'
RC
zpty shell zsh -d -i
zpty -r shell output '*ready>*'
zpty -w -n shell "$1"$'\t\x18'
zpty -r shell output '*<<*>>*'
output=${output##*<<}
print -r -- ${output%%>>*}
