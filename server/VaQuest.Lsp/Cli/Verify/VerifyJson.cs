// VerifyJson: what reading a whole dump found, as JSON.
using VaQuest.Binary;
using VaQuest.Diagnosis.Reports;
using VaQuest.Dumps;
using VaQuest.Dumps.Verification;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.Verify;

/// <summary>Writes "vaquest.verify/1".</summary>
internal static class VerifyJson
{
    public static void Write(TextWriter writer, Vmcore dump, DumpCheck check)
    {
        using var json = new JsonOutput(writer, "verify");
        json.Text("path", dump.Path);
        json.Text("format", dump.Format);
        json.Texts("compression", dump.Compression);
        json.Integer("pageSize", check.PageSize);
        json.Flag("complete", dump.IsComplete);
        json.Flag("sound", check.IsSound);
        json.Object("pages", () =>
        {
            json.Integer("present", check.Present);
            json.Integer("zero", check.Zero);
            json.Integer("excluded", check.Excluded);
            json.Integer("missing", check.Missing);
            json.Integer("damaged", check.Damaged);
            json.Integer("partial", check.Partial);
        });
        json.Objects("ranges", check.Ranges, range => Write(json, range));
        json.Integer("pagesNotListed", check.PagesNotListed);
        json.Texts("warnings", dump.Warnings);
    }

    /// <summary>A range of pages that cannot be read; also for other verbs that list them.</summary>
    public static void Write(JsonOutput json, DamagedRange range)
    {
        json.Hex("start", range.Start.Value);
        json.Integer("pages", range.Pages);
        json.Hex("fileOffset", Fact.From(range.FileOffset is { } offset ? (ulong?)offset : null, "the dump does not tell"));
        json.Text("state", range.Status is ReadStatus.Truncated or ReadStatus.NotInDump or ReadStatus.Excluded ? "missing" : "damaged");
        json.Text("reason", ReadOutcome.Describe(range.Status));
    }
}
