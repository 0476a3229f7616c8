// DumpVerb: a command that opens a dump.
using System.CommandLine;
using VaQuest.Binary;
using VaQuest.Diagnosis.Sessions;

namespace VaQuest.Lsp.Cli;

/// <summary>The dump argument and the options that every such command has.</summary>
internal abstract class DumpVerb : Verb
{
    private readonly Argument<string> _dump = new("DUMP") { Description = "The crash dump (vmcore); FILE@ADDRESS for a raw memory image." };
    private readonly DebugOptions _debug;
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of text." };

    protected DumpVerb(string name, string description)
        : base(name, description)
    {
        Add(_dump);
        _debug = new DebugOptions(this);
        Add(_json);
    }

    public override int Run(ParseResult arguments, Output output, Openers openers, CancellationToken cancellation)
    {
        CheckUse(arguments);
        string dump = Path.GetFullPath(arguments.GetValue(_dump)!);
        using IDumpSession session = openers.OpenSession(dump, _debug.Read(arguments), cancellation);
        if (NeedsKernel && session.Unsupported is { } reason)
        {
            throw new DumpFormatException(FormatError.Unsupported, reason);
        }

        int code = Answer(session, arguments, output, cancellation);
        foreach (string warning in session.Warnings)
        {
            output.WriteWarning(warning);
        }

        return code;
    }

    /// <summary>False for commands that answer without the kernel's memory.</summary>
    protected virtual bool NeedsKernel => true;

    protected bool IsJson(ParseResult arguments) => arguments.GetValue(_json);

    /// <summary>Throws <see cref="UsageException"/> when options contradict each other, before anything is opened.</summary>
    protected virtual void CheckUse(ParseResult arguments)
    {
    }

    protected abstract int Answer(IDumpSession session, ParseResult arguments, Output output, CancellationToken cancellation);
}
