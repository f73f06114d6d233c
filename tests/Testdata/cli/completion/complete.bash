# complete.bash LINE: prints what a Tab offers at the end of the line, a line each.
source <(kubectl-palisade completion bash)
COMP_LINE=$1 COMP_POINT=${#1}
read -ra COMP_WORDS <<<"$1"
[[ $1 != *' ' ]] || COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_kubectl_palisade
printf '%s\n' "${COMPREPLY[@]}"
