// SymbolTextWriter: symbolized addresses in llvm-symbolizer's form.
using System.Globalization;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Images;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Cli.Symbolize;

/// <summary>A function's line, its place's line, for each function of the chain, then an empty line. "??" stands for what is not known.</summary>
internal sealed class SymbolTextWriter(TextWriter writer) : ISymbolWriter
{
    public void Write(ImageAddress address, SourceFrames? frames)
    {
        if (frames is null)
        {
            writer.Write("??\n??:0:0\n\n");
            return;
        }

        foreach (SourceFrame frame in frames.Frames)
        {
            writer.Write(DumpText.Escape(frame.Function));
            writer.Write('\n');
            WritePlace(frame.Location);
        }

        writer.Write('\n');
    }

    public void Flush() => writer.Flush();

    public void Dispose() => writer.Flush();

    private void WritePlace(SourceLocation? location)
    {
        writer.Write(location is null or { File: "" } ? "??" : DumpText.Escape(location.File));
        Span<char> digits = stackalloc char[24];
        digits[0] = ':';
        _ = (location?.Line ?? 0).TryFormat(digits[1..], out int line, provider: CultureInfo.InvariantCulture);
        digits[line + 1] = ':';
        _ = (location?.Column ?? 0).TryFormat(digits[(line + 2)..], out int column, provider: CultureInfo.InvariantCulture);
        digits[line + column + 2] = '\n';
        writer.Write(digits[..(line + column + 3)]);
    }
}
