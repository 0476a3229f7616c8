// ConvertText: what was written, as text.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.Verification;
using VaQuest.Dumps.Writing;

namespace VaQuest.Lsp.Cli.Convert;

/// <summary>Renders `vaquest convert`.</summary>
internal static class ConvertText
{
    private const int ValueColumn = 18;

    /// <summary>Ranges beyond this many are counted, not listed; --json has them all.</summary>
    private const int MaxListed = 200;

    public static string FormatOf(DumpWriteOptions options) => options.Target == DumpTarget.Elf ? "elf" : "kdump-compressed";

    public static string MethodOf(DumpWriteOptions options) =>
        options.Target == DumpTarget.Elf || options.Compression == CompressionMethod.None ? "none" : options.Compression.ToString().ToLowerInvariant();

    public static AnnotatedText Render(string path, DumpWriteOptions options, DumpWriteResult result)
    {
        var text = new AnnotatedTextBuilder();
        text.Write("Written", SpanKind.Heading).EndLine();
        Field(text, "file", DumpText.Escape(path));
        Field(text, "format", FormattableString.Invariant($"{FormatOf(options)}, compression {MethodOf(options)}, dump level {options.DumpLevel}"));
        Field(text, "size", Words.Bytes((ulong)result.FileBytes));
        Field(text, "stored pages", FormattableString.Invariant($"{result.Stored}"));
        Field(text, "zero pages", FormattableString.Invariant($"{result.Zero}"));
        Field(text, "excluded pages", FormattableString.Invariant($"{result.Excluded}"));
        if (result.Partial > 0)
        {
            Field(text, "in part", FormattableString.Invariant($"{result.Partial} pages were described in part only; the rest of their bytes is written as zeros"));
        }

        RenderDamage(text, result);
        text.AddSection("Written", FormatOf(options), SectionKind.System, 0, 0);
        return text.Build();
    }

    private static void RenderDamage(AnnotatedTextBuilder text, DumpWriteResult result)
    {
        if (result.Damaged.Count == 0)
        {
            return;
        }

        text.WriteLine().Write("Could not be read, written as excluded", SpanKind.Heading).EndLine();
        foreach (DamagedRange range in result.Damaged.Take(MaxListed))
        {
            ulong last = unchecked(range.Start.Value + (range.Pages * (ulong)result.PageSize) - 1);
            text.Write($"  {Words.FullHex(range.Start.Value)}-{Words.FullHex(last)}").Pad(38)
                .Write(FormattableString.Invariant($"{range.Pages} pages")).Pad(54).Write(ReadOutcome.Describe(range.Status), SpanKind.Absent).EndLine();
        }

        if (result.Damaged.Count > MaxListed)
        {
            text.WriteLine(FormattableString.Invariant($"  … and {result.Damaged.Count - MaxListed} more ranges; --json lists them"));
        }
    }

    private static void Field(AnnotatedTextBuilder text, string label, string value) =>
        text.Write("  ").Write(label, SpanKind.Label).Pad(ValueColumn).WriteLine(value);
}
