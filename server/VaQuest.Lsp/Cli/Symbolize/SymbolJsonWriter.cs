// SymbolJsonWriter: symbolized addresses as JSON.
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Images;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.Symbolize;

/// <summary>Writes "vaquest.symbolize/1"; the list is written when the last address is known.</summary>
internal sealed class SymbolJsonWriter(TextWriter writer) : ISymbolWriter
{
    private readonly List<(ImageAddress Address, SourceFrames? Frames)> _found = [];

    public void Write(ImageAddress address, SourceFrames? frames) => _found.Add((address, frames));

    public void Flush()
    {
        // One object cannot be sent in parts.
    }

    public void Dispose()
    {
        using var json = new JsonOutput(writer, "symbolize");
        json.Objects("addresses", _found, item =>
        {
            json.Text("address", item.Address.Section is { } section ? section + "+" + Words.Hex(item.Address.Value) : Words.Hex(item.Address.Value));
            json.Objects("frames", item.Frames?.Frames ?? [], frame =>
            {
                const string noLine = "no line is known for the address";
                json.Text("function", frame.Function);
                json.Text("file", frame.Location?.File, noLine);
                json.Number("line", frame.Location is { Line: > 0 } at ? at.Line : null, noLine);
                json.Number("column", frame.Location is { Column: > 0 } column ? column.Column : null, "no column is known for the address");
                json.Flag("inlined", frame.IsInlined);
            });
        });
    }
}
