// ConvertJson: what was written, as JSON.
using VaQuest.Dumps;
using VaQuest.Dumps.Writing;
using VaQuest.Lsp.Cli.Json;
using VaQuest.Lsp.Cli.Verify;

namespace VaQuest.Lsp.Cli.Convert;

/// <summary>Writes "vaquest.convert/1".</summary>
internal static class ConvertJson
{
    public static void Write(TextWriter writer, Vmcore dump, string path, DumpWriteOptions options, DumpWriteResult result)
    {
        using var json = new JsonOutput(writer, "convert");
        json.Text("input", dump.Path);
        json.Text("path", path);
        json.Text("format", ConvertText.FormatOf(options));
        json.Text("compression", ConvertText.MethodOf(options));
        json.Integer("dumpLevel", options.DumpLevel);
        json.Integer("bytes", result.FileBytes);
        json.Object("pages", () =>
        {
            json.Integer("stored", result.Stored);
            json.Integer("zero", result.Zero);
            json.Integer("excluded", result.Excluded);
            json.Integer("partial", result.Partial);
        });
        json.Objects("damaged", result.Damaged, range => VerifyJson.Write(json, range));
        json.Integer("pagesNotListed", result.PagesNotListed);
        json.Texts("warnings", dump.Warnings.Concat(result.Warnings));
    }
}
