// DumpInfoRenderer: the facts of a dump file as text.
using VaQuest.Diagnosis.Sessions;

namespace VaQuest.Diagnosis.Text;

/// <summary>Renders `vaquest info`.</summary>
public static class DumpInfoRenderer
{
    private const int ValueColumn = 18;

    /// <summary>Ranges and notes beyond this many are counted, not listed.</summary>
    private const int MaxListed = 64;

    public static AnnotatedText Render(DumpInfo info)
    {
        var text = new AnnotatedTextBuilder();
        RenderFile(text, info);
        RenderRanges(text, info);
        RenderNotes(text, info);
        RenderDeviceDumps(text, info.DeviceDumps);
        RenderPairs(text, "Header", info.Details);
        RenderEraseInfo(text, info.EraseInfo);
        RenderPairs(text, "VMCOREINFO", info.Vmcoreinfo);
        return text.Build();
    }

    private static void RenderFile(AnnotatedTextBuilder text, DumpInfo info)
    {
        int start = text.Line;
        text.Write("Dump", SpanKind.Heading).EndLine();
        Field(text, "file", DumpText.Escape(info.File.Path));
        string compression = info.File.Compression.Count == 0 ? "" : $" ({string.Join(", ", info.File.Compression)})";
        Field(text, "format", info.File.Format + compression);
        Field(text, "state", info.File.IsComplete ? "complete" : "incomplete");
        Field(text, "architecture", FormattableString.Invariant(
            $"{info.File.Architecture}, {info.WordSize * 8}-bit, {(info.IsBigEndian ? "big-endian" : "little-endian")}"));
        Field(text, "page size", Words.Bytes((ulong)info.File.PageSize));
        Field(text, "memory", Words.Bytes(info.File.PhysicalBytes));
        Field(text, "dump level", info.File.DumpLevel is { } level ? Words.Number(level) : "(the format does not record it)");
        text.AddSection("Dump", info.File.Format, SectionKind.System, start, 0);
    }

    private static void RenderRanges(AnnotatedTextBuilder text, DumpInfo info)
    {
        if (info.Ranges.Count == 0)
        {
            return;
        }

        text.WriteLine();
        int start = text.Line;
        text.Write("Physical ranges", SpanKind.Heading).EndLine();
        foreach (DumpRange range in info.Ranges.Take(MaxListed))
        {
            ulong last = range.Length == 0 ? range.Start.Value : range.Start.Value + (range.Length - 1);
            text.WriteLine($"  {Words.FullHex(range.Start.Value)}-{Words.FullHex(last)}  {Words.Bytes(range.Length)}");
        }

        Rest(text, info.Ranges.Count);
        text.AddSection("Physical ranges", Words.Count(info.Ranges.Count, "range"), SectionKind.System, start, 0);
    }

    private static void RenderNotes(AnnotatedTextBuilder text, DumpInfo info)
    {
        if (info.Notes.Count == 0 && info.CpuNotes == 0)
        {
            return;
        }

        text.WriteLine();
        int start = text.Line;
        text.Write("Notes", SpanKind.Heading).EndLine();
        foreach (NoteFact note in info.Notes.Take(MaxListed))
        {
            text.WriteLine($"  {DumpText.Escape(note.Name),-16}type {Words.Hex(note.Type),-12}{Words.Count(note.Bytes, "byte")}");
        }

        Rest(text, info.Notes.Count);
        int saved = info.CpuNotes - info.EmptyCpuNotes;
        Field(text, "CPU registers", FormattableString.Invariant($"{saved} of {info.CpuNotes} CPUs saved theirs"));
        text.AddSection("Notes", Words.Count(info.Notes.Count, "note"), SectionKind.System, start, 0);
    }

    private static void RenderPairs(AnnotatedTextBuilder text, string title, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        if (pairs.Count == 0)
        {
            return;
        }

        text.WriteLine();
        int start = text.Line;
        text.Write(title, SpanKind.Heading).EndLine();
        foreach ((string name, string value) in pairs)
        {
            text.WriteLine($"  {DumpText.Escape(name)}={DumpText.Escape(value)}");
        }

        text.AddSection(title, Words.Count(pairs.Count, "line"), SectionKind.System, start, 0);
    }

    private static void RenderDeviceDumps(AnnotatedTextBuilder text, IReadOnlyList<DeviceDumpFact> dumps)
    {
        if (dumps.Count == 0)
        {
            return;
        }

        text.WriteLine();
        int start = text.Line;
        text.Write("Device dumps (extract with: vaquest read DUMP --device-dump NUMBER)", SpanKind.Heading).EndLine();
        for (int i = 0; i < Math.Min(dumps.Count, MaxListed); i++)
        {
            text.WriteLine(FormattableString.Invariant($"  {i,-4}{DumpText.Escape(dumps[i].Name),-45}{Words.Count(dumps[i].Bytes, "byte")}"));
        }

        Rest(text, dumps.Count);
        text.AddSection("Device dumps", Words.Count(dumps.Count, "dump"), SectionKind.System, start, 0);
    }

    private static void RenderEraseInfo(AnnotatedTextBuilder text, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        text.WriteLine();
        int start = text.Line;
        text.Write("Erased by makedumpfile (these bytes read as 'X')", SpanKind.Heading).EndLine();
        foreach (string line in lines.Take(MaxListed))
        {
            text.WriteLine($"  {DumpText.Escape(line)}");
        }

        Rest(text, lines.Count);
        text.AddSection("Erased", Words.Count(lines.Count, "line"), SectionKind.System, start, 0);
    }

    private static void Rest(AnnotatedTextBuilder text, int count)
    {
        if (count > MaxListed)
        {
            text.WriteLine(FormattableString.Invariant($"  … and {count - MaxListed} more"));
        }
    }

    private static void Field(AnnotatedTextBuilder text, string label, string value) =>
        text.Write("  ").Write(label, SpanKind.Label).Pad(ValueColumn).WriteLine(value);
}
