// CodeLensFeature: which frame of the crashed stack a source line is.
using VaQuest.Diagnosis.Sessions;
using VaQuest.Lsp.Features.Definition;
using VaQuest.Lsp.Features.SourceValues;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server.Documents;

namespace VaQuest.Lsp.Features.CodeLenses;

/// <summary>
/// textDocument/codeLens in the source files of the crashed stack: "crash: frame #2 of 14, CPU 1" above each line that crashed or called, and
/// at the top of the report. It leads to the frame in the report.
/// </summary>
internal sealed class CodeLensFeature(SourceFrames frames, VirtualDocuments virtuals)
{
    /// <summary>Lenses of one file; more is a stack of one file's functions, of which the innermost matter.</summary>
    private const int MaxLenses = 16;

    public object? Handle(TextDocumentParams request, CancellationToken cancellation)
    {
        if (DocumentUri.ToPath(request.TextDocument.Uri) is null)
        {
            return OfReport(request.TextDocument.Uri, cancellation);
        }

        var lenses = new List<CodeLens>();
        var seen = new HashSet<int>();
        foreach (FrameInFile frame in frames.Find(request.TextDocument.Uri, cancellation))
        {
            // Of a function that calls itself, and of two dumps, the innermost frame has the line.
            if (frame.Line <= 0 || lenses.Count >= MaxLenses || !seen.Add(frame.Line) || frame.Dump.Session.GetPanicStack(cancellation) is not { } stack)
            {
                continue;
            }

            var place = new TextRange(new Position(frame.Line - 1, 0), new Position(frame.Line - 1, 0));
            string report = virtuals.PublicUri(frame.Dump, VirtualDocuments.ReportName, cancellation);
            lenses.Add(new CodeLens(place, new ClientCommand(TitleOf(frame, stack), ShowFrameFeature.Command, [report, frame.Frame.Index])));
        }

        return lenses;
    }

    // Above the verdict of a report: the frame that it is about.
    private CodeLens[]? OfReport(string uri, CancellationToken cancellation)
    {
        if (!virtuals.IsReport(uri) || virtuals.FindDump(uri)?.Session.GetPanicStack(cancellation) is not { Culprit: >= 0 } stack)
        {
            return null;
        }

        string cpu = stack.Cpu is { } number ? FormattableString.Invariant($", CPU {number}") : "";
        string title = FormattableString.Invariant($"crash: frame #{stack.Culprit} of {stack.Frames}{cpu}");
        return [new CodeLens(SourceRange.Start, new ClientCommand(title, ShowFrameFeature.Command, [uri, stack.Culprit]))];
    }

    private static string TitleOf(FrameInFile frame, PanicStackSummary stack)
    {
        string cpu = stack.Cpu is { } number ? FormattableString.Invariant($", CPU {number}") : "";
        string crash = frame.Frame.Index == stack.Culprit ? "crashed here" : "crash";
        return FormattableString.Invariant($"{crash}: frame #{frame.Frame.Index} of {stack.Frames}{cpu}");
    }
}
