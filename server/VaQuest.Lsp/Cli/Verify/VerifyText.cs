// VerifyText: what reading a whole dump found, as text.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Dumps;
using VaQuest.Dumps.Verification;

namespace VaQuest.Lsp.Cli.Verify;

/// <summary>Renders `vaquest verify`.</summary>
internal static class VerifyText
{
    private const int ValueColumn = 18;

    /// <summary>Ranges beyond this many are counted, not listed; --json has them all.</summary>
    private const int MaxListed = 200;

    public static AnnotatedText Render(Vmcore dump, DumpCheck check)
    {
        var text = new AnnotatedTextBuilder();
        int start = text.Line;
        string compression = dump.Compression.Count == 0 ? "" : $" ({string.Join(", ", dump.Compression)})";
        text.Write("Pages", SpanKind.Heading).EndLine();
        Field(text, "file", DumpText.Escape(dump.Path));
        Field(text, "format", dump.Format + compression);
        Count(text, "present", check.Present, check, SpanKind.Label);
        Count(text, "zero", check.Zero, check, SpanKind.Label);
        Count(text, "excluded", check.Excluded, check, SpanKind.Label);
        Count(text, "missing", check.Missing, check, check.Missing > 0 ? SpanKind.Error : SpanKind.Label);
        Count(text, "damaged", check.Damaged, check, check.Damaged > 0 ? SpanKind.Error : SpanKind.Label);
        if (check.Partial > 0)
        {
            Field(text, "in part", FormattableString.Invariant($"{check.Partial} of the pages that were read are described in part only"));
        }

        Field(text, "verdict", check.IsSound ? "every page that the dump promises was read" : "part of the dump cannot be read");
        text.AddSection("Pages", dump.Format, SectionKind.System, start, 0);
        RenderRanges(text, check);
        return text.Build();
    }

    private static void RenderRanges(AnnotatedTextBuilder text, DumpCheck check)
    {
        if (check.Ranges.Count == 0)
        {
            return;
        }

        text.WriteLine();
        int start = text.Line;
        text.Write("Damaged or missing", SpanKind.Heading).EndLine();
        text.Write("  physical range").Pad(38).Write("pages").Pad(50).Write("in the file at").Pad(68).WriteLine("why");
        foreach (DamagedRange range in check.Ranges.Take(MaxListed))
        {
            ulong last = unchecked(range.Start.Value + (range.Pages * (ulong)check.PageSize) - 1);
            string at = range.FileOffset is { } offset ? Words.Hex((ulong)offset) : "-";
            text.Write($"  {Words.FullHex(range.Start.Value)}-{Words.FullHex(last)}").Pad(38)
                .Write(FormattableString.Invariant($"{range.Pages}")).Pad(50).Write(at).Pad(68)
                .Write(ReadOutcome.Describe(range.Status), SpanKind.Absent).EndLine();
        }

        if (check.Ranges.Count > MaxListed)
        {
            text.WriteLine(FormattableString.Invariant($"  … and {check.Ranges.Count - MaxListed} more ranges; --json lists them"));
        }

        if (check.PagesNotListed > 0)
        {
            text.WriteLine(FormattableString.Invariant($"  … and {check.PagesNotListed} pages in ranges too many to list"));
        }

        text.AddSection("Damaged or missing", Words.Count(check.Ranges.Count, "range"), SectionKind.System, start, 0);
    }

    private static void Count(AnnotatedTextBuilder text, string label, ulong pages, DumpCheck check, SpanKind kind) =>
        text.Write("  ").Write(label, kind).Pad(ValueColumn)
            .WriteLine(FormattableString.Invariant($"{pages,12}  {Words.Bytes(unchecked(pages * (ulong)check.PageSize)),10}"));

    private static void Field(AnnotatedTextBuilder text, string label, string value) =>
        text.Write("  ").Write(label, SpanKind.Label).Pad(ValueColumn).WriteLine(value);
}
