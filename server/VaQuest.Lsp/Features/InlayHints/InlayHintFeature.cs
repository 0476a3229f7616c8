// InlayHintFeature: the values of a crashed line's variables behind it.
using VaQuest.Diagnosis.Values;
using VaQuest.Lsp.Features.Hover;
using VaQuest.Lsp.Features.SourceValues;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;

namespace VaQuest.Lsp.Features.InlayHints;

/// <summary>
/// textDocument/inlayHint: one hint at the crash line and at each line that called, with the variables that the line names; the tooltip has them
/// all, and says of which frame they are.
/// </summary>
internal sealed class InlayHintFeature(SourceFrames frames, ServerSettings settings, Func<ClientFeatures> client)
{
    /// <summary>VS Code shows at most this many characters of all hints of a line (editor.inlayHints.maximumLength).</summary>
    private const int MaxLabel = 43;

    private const string Gap = "  ";

    public object? Handle(InlayHintParams request, CancellationToken cancellation)
    {
        if (!settings.HasInlayHints)
        {
            return null;
        }

        var hints = new List<InlayHint>();
        var seen = new HashSet<int>();
        foreach (FrameInFile frame in frames.Find(request.TextDocument.Uri, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            int line = frame.Line - 1;
            bool isWanted = line >= request.Range.Start.Line && line <= request.Range.End.Line;

            // Of a function that calls itself, and of two dumps, the innermost frame has the line.
            if (isWanted && seen.Add(line) && SourceFrames.ReadLine(request.TextDocument.Uri, frame.Line) is { } text && HintOf(frame, text) is { } hint)
            {
                hints.Add(hint);
            }
        }

        return hints;
    }

    private InlayHint? HintOf(FrameInFile frame, string text)
    {
        CrashVariable[] variables = [.. CNames.Of(text).Select(name => frame.Find(name, frame.Line)).OfType<CrashVariable>()];
        if (variables.Length == 0)
        {
            return null;
        }

        string[] lines = [
            FormattableString.Invariant($"frame #{frame.Frame.Index} {frame.Frame.Function}"),
            .. variables.Select(variable => $"{variable.Declaration} = {variable.Text}")];
        var end = new Position(frame.Line - 1, text.TrimEnd('\r').Length);
        return new InlayHint(end, LabelOf(variables), PaddingLeft: true, Tooltip: HoverText.Render(lines, client().HasMarkdownHover));
    }

    // Whole variables as long as they fit, then an ellipsis; a value is never cut where it could be read as another one.
    private static string LabelOf(CrashVariable[] variables)
    {
        string label = string.Empty;
        for (int i = 0; i < variables.Length; i++)
        {
            string next = (label.Length > 0 ? Gap : string.Empty) + PieceOf(variables[i]);
            bool isLast = i == variables.Length - 1;
            if (label.Length + next.Length + (isLast ? 0 : 2) > MaxLabel)
            {
                return label.Length > 0 ? label + " …" : $"{variables[i].Name} = …";
            }

            label += next;
        }

        return label;
    }

    private static string PieceOf(CrashVariable variable) =>
        variable.IsKnown ? $"{variable.Name} = {variable.Text}" : $"{variable.Name}: not known";
}
