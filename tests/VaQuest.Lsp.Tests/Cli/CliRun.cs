// CliRun: runs the command line inside the test's process.
using System.Text;
using VaQuest.Lsp.Cli;

namespace VaQuest.Lsp.Tests.Cli;

/// <summary>What a command wrote and how it ended.</summary>
internal sealed record CliRun(int Code, string Out, string Error)
{
    public static CliRun Of(params string[] args) => WithInput("", args);

    public static CliRun WithInput(string input, params string[] args)
    {
        using var bytes = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        int code;
        using (var output = new Output(bytes, error, () => new MemoryStream(Encoding.UTF8.GetBytes(input))))
        {
            code = CommandLine.Run(args, output, Openers.Real);
        }

        return new CliRun(code, Encoding.UTF8.GetString(bytes.ToArray()), error.ToString());
    }

    /// <summary>The one line of an error; fails when there are more.</summary>
    public string ErrorLine => Error.TrimEnd('\n') is var line && !line.Contains('\n', StringComparison.Ordinal) && line.StartsWith("vaquest: ", StringComparison.Ordinal)
        ? line : throw new InvalidOperationException("not one line: " + Error);
}
