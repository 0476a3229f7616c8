// Verb: a command of the command line.
using System.CommandLine;

namespace VaQuest.Lsp.Cli;

/// <summary>A command with its own parsing and its own work.</summary>
internal abstract class Verb(string name, string description) : Command(name, description)
{
    /// <summary>True for long work that wants to tidy up when it is interrupted: signals then cancel it instead of ending the process.</summary>
    public virtual bool StopsOnSignal => false;

    /// <summary>Does the work. Returns an <see cref="ExitCode"/>; throws DumpFormatException when it cannot answer.</summary>
    public abstract int Run(ParseResult arguments, Output output, Openers openers, CancellationToken cancellation);
}
