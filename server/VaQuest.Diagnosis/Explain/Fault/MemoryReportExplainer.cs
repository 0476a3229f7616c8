// MemoryReportExplainer: explains what KASAN, KFENCE, UBSAN and SLUB's debugging report in the log.
using System.Globalization;
using System.Text.RegularExpressions;
using VaQuest.Binary;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Reads the report's own fields: the access, the object, who allocated and freed it.</summary>
internal sealed partial class MemoryReportExplainer(FaultScene scene)
{
    /// <summary>Lines of one report.</summary>
    private const int MaxLines = 160;

    /// <summary>Functions of allocators and checkers, which own no object.</summary>
    private static readonly string[] s_allocators =
    [
        "kasan_", "__kasan_", "save_stack", "stack_trace_save", "kmem_cache_", "kmalloc", "__kmalloc", "kfree", "slab_", "__slab_", "___slab_", "set_track", "kfence_", "__kfence_",
        "kvmalloc", "kvfree", "krealloc", "kstrdup", "kmemdup", "free_debug", "__kmem", "kzalloc", "dump_stack", "print_", "alloc_",
    ];

    private readonly List<Conclusion> _conclusions = [];

    /// <summary>The explanation; null when the log has no such report at the crash.</summary>
    public FaultExplanation? Explain()
    {
        int start = FindReport();
        if (start < 0)
        {
            return null;
        }

        string first = scene.Lines[start];
        _conclusions.Add(new Conclusion(Certainty.Shown, "the report: " + DumpText.Escape(first)));
        var sentences = new List<string> { First(first) };
        string? allocated = null;
        string? freed = null;
        string? place = null;
        VirtAddr? object_ = null;
        for (int i = start + 1; i < scene.Lines.Count && i < start + MaxLines; i++)
        {
            string line = scene.Lines[i].TrimStart();
            allocated ??= OwnerAt(i, line, "Allocated by task", "allocated by task", "Allocated in ");
            freed ??= OwnerAt(i, line, "Freed by task", "freed by task", "Freed in ");
            if (AccessOf(line) is { } access)
            {
                _conclusions.Add(new Conclusion(Certainty.Shown, "the access: " + DumpText.Escape(line)) { Address = access });
                object_ ??= access;
            }

            place ??= line.StartsWith("The buggy address is located", StringComparison.Ordinal) || line.Contains("First byte 0x", StringComparison.Ordinal) ? DumpText.Escape(line).TrimEnd('.') : null;
            if (line.StartsWith("The buggy address belongs", StringComparison.Ordinal) || line.StartsWith("Object 0x", StringComparison.Ordinal))
            {
                _conclusions.Add(new Conclusion(Certainty.Shown, DumpText.Escape(line)));
                object_ = AddressIn(line) ?? object_;
            }
        }

        if (place is not null)
        {
            _conclusions.Add(new Conclusion(Certainty.Shown, place));
        }

        string who = (allocated is null ? "" : $" It was allocated in {allocated}()") + (freed is null ? "" : $"{(allocated is null ? " It was" : " and")} freed in {freed}()");
        if (who.Length > 0)
        {
            sentences.Add($"The report's own stacks name the object's owners.{who}.");
        }

        (string cause, PanicKind? kind) = CauseOf(first);
        return new FaultExplanation
        {
            Cause = cause,
            Certainty = Certainty.Shown,
            Sentences = sentences,
            Conclusions = _conclusions,
            Object = object_ is { } at ? scene.Objects.Find(at)?.Text : null,
            Kind = kind,
        };
    }

    private static string First(string line)
    {
        Match report = Report().Match(line);
        if (report.Success)
        {
            string tool = report.Groups["tool"].Value;
            return $"{tool} reports {DumpText.Escape(report.Groups["what"].Value).TrimEnd()} in {DumpText.Escape(FunctionNames.Normalise(report.Groups["where"].Value.Split('+')[0]))}().";
        }

        Match slub = Slub().Match(line);
        if (slub.Success)
        {
            return $"The slab allocator's check of an object of {DumpText.Escape(slub.Groups["cache"].Value)} says: {DumpText.Escape(slub.Groups["what"].Value)}.";
        }

        return "The kernel's checker says: " + DumpText.Escape(line) + ".";
    }

    private static (string Cause, PanicKind? Kind) CauseOf(string line) => line switch
    {
        _ when line.Contains("use-after-free", StringComparison.Ordinal) => ("use-after-free", PanicKind.UseAfterFree),
        _ when line.Contains("double-free", StringComparison.Ordinal) || line.Contains("Object already free", StringComparison.Ordinal) => ("double-free", PanicKind.SlabCorruption),
        _ when line.Contains("invalid-free", StringComparison.Ordinal) || line.Contains("Invalid object pointer", StringComparison.Ordinal) => ("invalid-free", PanicKind.SlabCorruption),
        _ when line.Contains("out-of-bounds", StringComparison.Ordinal) => ("out-of-bounds", null),
        _ when line.Contains("edzone overwritten", StringComparison.Ordinal) || line.Contains("Padding overwritten", StringComparison.Ordinal) => ("slab-overflow", PanicKind.SlabCorruption),
        _ when line.Contains("Poison overwritten", StringComparison.Ordinal) => ("write-after-free", PanicKind.SlabCorruption),
        _ when line.StartsWith("UBSAN", StringComparison.Ordinal) => ("undefined-behaviour", null),
        _ => ("memory-report", null),
    };

    private int FindReport()
    {
        for (int i = scene.Record.Index; i >= 0 && i > scene.Record.Index - MaxLines; i--)
        {
            string line = scene.Lines[i];
            if (line.StartsWith("BUG: KASAN: ", StringComparison.Ordinal) || line.StartsWith("BUG: KFENCE: ", StringComparison.Ordinal) || line.StartsWith("UBSAN: ", StringComparison.Ordinal)
                || Slub().IsMatch(line))
            {
                return i;
            }

            // Another crash's report is not this one's.
            if (i < scene.Record.Index && line.StartsWith("---[ end trace", StringComparison.Ordinal))
            {
                return -1;
            }
        }

        return -1;
    }

    // "Allocated by task 77:" with a stack below, or "Allocated in table_add+0x21/0xa0 age=…".
    private string? OwnerAt(int at, string line, params ReadOnlySpan<string> starts)
    {
        foreach (string start in starts)
        {
            if (!line.StartsWith(start, StringComparison.Ordinal))
            {
                continue;
            }

            if (start.EndsWith("in ", StringComparison.Ordinal) && !IsAllocator(line[start.Length..]))
            {
                return NameIn(line[start.Length..]);
            }

            for (int i = at + 1; i < scene.Lines.Count && i < at + 24; i++)
            {
                string text = scene.Lines[i].TrimStart();
                if (text.Length > 0 && Symbol().IsMatch(text) && !IsAllocator(text))
                {
                    return NameIn(text);
                }
            }
        }

        return null;
    }

    private static bool IsAllocator(string text) => Array.Exists(s_allocators, prefix => text.StartsWith(prefix, StringComparison.Ordinal));

    private static string NameIn(string text) => DumpText.Escape(FunctionNames.Normalise(text.Split('+', ' ')[0]));

    private static VirtAddr? AccessOf(string line) =>
        line.StartsWith("Read of size ", StringComparison.Ordinal) || line.StartsWith("Write of size ", StringComparison.Ordinal)
            || line.Contains(" at 0x", StringComparison.Ordinal) && line.Contains("KFENCE", StringComparison.OrdinalIgnoreCase) ? AddressIn(line) : null;

    private static VirtAddr? AddressIn(string line) => Address().Match(line) is { Success: true } match
        && ulong.TryParse(match.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? new VirtAddr(value) : null;

    [GeneratedRegex(@"^BUG: (?<tool>KASAN|KFENCE): (?<what>.+?) in (?<where>\S+)")]
    private static partial Regex Report();

    [GeneratedRegex(@"^BUG (?<cache>\S+) \(.*ainted.*?\): (?<what>.+)$")]
    private static partial Regex Slub();

    [GeneratedRegex(@"^[A-Za-z_][\w.]*\+0x[0-9a-f]+/0x[0-9a-f]+")]
    private static partial Regex Symbol();

    [GeneratedRegex(@"(?:0x|\b)([0-9a-f]{16})\b")]
    private static partial Regex Address();
}
