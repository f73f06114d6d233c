using System.CommandLine;

namespace Palisade.Cli.Completion;

/// <summary><c>completion</c>: writes what a shell needs to complete command lines.</summary>
internal static class CompletionCommand
{
    private const string Description = """
        Write a script that lets bash, zsh or fish complete command lines of kubectl-palisade. For kubectl palisade, put a program
        kubectl_complete-palisade on the PATH (kubectl 1.26 and later); docs/cli.md has it.
        """;

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var command = new Command("completion", HelpText.Format(Description, "kubectl palisade completion bash"));
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        command.Arguments.Add(shell);
        command.SetAction(parsed =>
        {
            console.Plain.Write(ScriptOf(parsed.GetRequiredValue(shell)));
            return ExitCode.Clean;
        });
        return command;
    }

    private static string ScriptOf(string shell) =>
        shell switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        };

    // [suggest:POSITION] LINE is the parser's own: it writes what may stand at the position, a line each.
    private const string Bash = """
        # source <(kubectl-palisade completion bash)
        _kubectl_palisade() {
          local word=${COMP_WORDS[COMP_CWORD]} candidates
          candidates=$(kubectl-palisade "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$candidates" -- "$word"))
        }
        complete -o default -F _kubectl_palisade kubectl-palisade

        """;

    private const string Zsh = """
        #compdef kubectl-palisade
        # source <(kubectl-palisade completion zsh)
        _kubectl_palisade() {
          local -a candidates
          local line="${(j: :)words[1,CURRENT-1]} $PREFIX"
          candidates=(${(f)"$(kubectl-palisade "[suggest:${#line}]" "$line" 2>/dev/null)"})
          compadd -a candidates || _files
        }
        compdef _kubectl_palisade kubectl-palisade

        """;

    private const string Fish = """
        # kubectl-palisade completion fish | source
        function __kubectl_palisade
          set -l line (commandline -cp)
          set -l candidates (kubectl-palisade "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
          if test -n "$candidates"
            printf '%s\n' $candidates
          else
            __fish_complete_path (commandline -ct)
          end
        end
        complete -c kubectl-palisade -f -a '(__kubectl_palisade)'

        """;
}
