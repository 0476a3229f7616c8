// DecodeJson: decoded frames as JSON.
using VaQuest.Diagnosis.Logs;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.Decode;

/// <summary>Writes "vaquest.decode/1".</summary>
internal static class DecodeJson
{
    private const string NoLine = "no line is known for the address";

    public static void Write(TextWriter writer, DecodedLog decoded)
    {
        using var json = new JsonOutput(writer, "decode");
        json.Text("release", decoded.Log.Release, "the log does not tell it");
        WriteCrash(json, decoded.Crash);
        json.Texts("files", decoded.Files);
        json.Objects("frames", decoded.Frames, item => WriteFrame(json, item));
        json.Texts("warnings", decoded.Notes);
    }

    private static void WriteCrash(JsonOutput json, LogCrash crash)
    {
        const string noTrouble = "the log tells of no crash";
        json.Object("panic", () =>
        {
            json.Text("message", crash.Message, noTrouble);
            json.Text("kind", PanicKinds.NameOf(crash.Kind));
            json.Number("logLine", crash.Line >= 0 ? crash.Line + 1 : null, noTrouble);
            json.Text("function", crash.Function, crash.Message is null ? noTrouble : "no frame of the log names it");
            json.Text("module", crash.Module, "not in a module, or no frame is known");
        });
        json.Text("signature", crash.Signature);
    }

    private static void WriteFrame(JsonOutput json, DecodedFrame decoded)
    {
        SpanTarget target = decoded.Frame.Target;
        json.Integer("logLine", decoded.Frame.Line + 1);
        json.Text("symbol", target.Symbol, "the line names no symbol");
        json.Hex("offset", target.Offset, "the line names no offset");
        json.Text("module", target.Module, "not in a module");
        json.Flag("reliable", decoded.Frame.IsReliable);
        if (decoded.Chain is null)
        {
            json.Object("functions", () => json.Text("absent", decoded.Problem ?? "no debug information covers it"));
            return;
        }

        json.Objects("functions", decoded.Chain.Frames, function =>
        {
            json.Text("function", function.Function);
            json.Text("file", function.Location is { } place ? SourcePaths.Shorten(place) : null, NoLine);
            json.Number("line", function.Location is { Line: > 0 } at ? at.Line : null, NoLine);
            json.Flag("inlined", function.IsInlined);
        });
    }
}
