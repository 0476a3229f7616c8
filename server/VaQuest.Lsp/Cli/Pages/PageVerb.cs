// PageVerb: the verbs that print a page about one part of the kernel.
using System.CommandLine;
using VaQuest.Diagnosis.Browse;
using VaQuest.Diagnosis.Sessions;

namespace VaQuest.Lsp.Cli.Pages;

/// <summary>`vaquest mounts DUMP`, `vaquest task DUMP PID`, …: one verb for each of <see cref="KernelPages.All"/>.</summary>
internal sealed class PageVerb : DumpVerb
{
    private readonly PageKind _kind;
    private readonly Argument<string?>? _argument;

    public PageVerb(PageKind kind)
        : base(kind.Name, kind.Description)
    {
        _kind = kind;
        if (kind.Argument is { } name)
        {
            _argument = new Argument<string?>(name)
            {
                Description = kind.IsArgumentNeeded ? "Which one." : "Which one; without it, all.",
                Arity = kind.IsArgumentNeeded ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne,
            };
            Add(_argument);
        }
    }

    protected override int Answer(IDumpSession session, ParseResult arguments, Output output, CancellationToken cancellation)
    {
        Page page = session.GetPage(_kind.Name, _argument is null ? null : arguments.GetValue(_argument), cancellation);
        if (IsJson(arguments))
        {
            PageJson.Write(output.Out, page);
        }
        else
        {
            output.Write(PageRenderer.Render(page));
        }

        return ExitCode.Answered;
    }
}
