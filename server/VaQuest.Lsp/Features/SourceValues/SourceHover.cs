// SourceHover: what a variable in a source file was worth when the kernel crashed.
using VaQuest.Lsp.Features.Hover;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;

namespace VaQuest.Lsp.Features.SourceValues;

/// <summary>textDocument/hover in the source files of the crashed stack.</summary>
internal sealed class SourceHover(SourceFrames frames, Func<ClientFeatures> client)
{
    /// <summary>A function that calls itself has many frames; a person reads some.</summary>
    private const int MaxFrames = 8;

    public Protocol.Hover? Find(string uri, Position position, CancellationToken cancellation)
    {
        IReadOnlyList<FrameInFile> here = frames.Find(uri, cancellation);
        int line = position.Line + 1;
        if (!here.Any(frame => frame.Covers(line)) || SourceFrames.ReadLine(uri, line) is not { } text
            || CNames.At(text, position.Character) is not { } name)
        {
            return null;
        }

        var lines = new List<string>();
        foreach (FrameInFile frame in here)
        {
            if (lines.Count / 2 < MaxFrames && frame.Find(name.Name, line) is { } variable)
            {
                cancellation.ThrowIfCancellationRequested();
                lines.Add($"{variable.Declaration} = {variable.Text}");
                lines.AddRange(variable.Describe());
                lines.Add(PlaceOf(frame));
            }
        }

        return lines.Count == 0 ? null : new Protocol.Hover(
            HoverText.Render(lines, client().HasMarkdownHover),
            new TextRange(new Position(position.Line, name.Start), new Position(position.Line, name.End)));
    }

    private static string PlaceOf(FrameInFile frame)
    {
        string line = frame.Line > 0 ? FormattableString.Invariant($" at line {frame.Line}") : string.Empty;
        return FormattableString.Invariant($"    in frame #{frame.Frame.Index} {frame.Frame.Function}{line}");
    }
}
