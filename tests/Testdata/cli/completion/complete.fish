# complete.fish LINE: prints what a Tab offers at the end of the line, a line each.
kubectl-palisade completion fish | source
complete --do-complete $argv[1]
