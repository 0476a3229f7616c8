// ExitCode: what the process says to scripts.
namespace VaQuest.Lsp.Cli;

/// <summary>Exit codes of the command-line contract.</summary>
internal static class ExitCode
{
    public const int Answered = 0;

    /// <summary>Could not answer: one line on standard error says what, where, what to do.</summary>
    public const int CouldNotAnswer = 1;

    public const int Usage = 2;
}
