// MemoryReport: what KASAN, KFENCE, UBSAN or SLUB's debugging printed, taken apart.
using System.Globalization;
using System.Text.RegularExpressions;
using VaQuest.Binary;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>The facts in the lines of one report. Members that it does not tell are null.</summary>
internal sealed partial record MemoryReport
{
    /// <summary>Lines of one report.</summary>
    private const int MaxLines = 200;

    /// <summary>"KASAN", "KFENCE", "UBSAN", "SLUB".</summary>
    public required string Tool { get; init; }

    /// <summary>The report's first line.</summary>
    public required string First { get; init; }

    /// <summary>What it says: "slab-out-of-bounds", "Right Redzone overwritten", "array-index-out-of-bounds".</summary>
    public required string What { get; init; }

    /// <summary>SLUB's and KASAN's name of the cache.</summary>
    public string? Cache { get; set; }

    /// <summary>"write" or "read"; "free" for a bad free.</summary>
    public string? Access { get; set; }

    public int? Bytes { get; set; }

    /// <summary>The address that was accessed, or the object that was checked; not of KFENCE, whose log hides addresses.</summary>
    public VirtAddr? Address { get; set; }

    /// <summary>The object's number in KFENCE's table.</summary>
    public ulong? FenceIndex { get; set; }

    /// <summary>SLUB's "0x…-0x… @offset=…. First byte 0x5a instead of 0xcc".</summary>
    public (VirtAddr First, VirtAddr Last, string Byte, string Expected)? Overwritten { get; set; }

    /// <summary>UBSAN's second line: "index 8 is out of range for type 'u32 [8]'".</summary>
    public string? Detail { get; set; }

    /// <summary>KASAN's variable of a stack frame: the function, its variable, and bytes from its end.</summary>
    public (string Function, string Variable, long Behind)? StackVariable { get; set; }

    /// <summary>KASAN's global variable and the bytes from its start.</summary>
    public (string Variable, ulong Offset)? Global { get; set; }

    /// <summary>The functions that allocated and freed the object, by the report's own stacks.</summary>
    public string? AllocatedBy { get; set; }

    public string? FreedBy { get; set; }

    /// <summary>Lines that evidence quotes.</summary>
    public List<string> Quoted { get; } = [];

    /// <summary>The report that begins at a line; null when none does.</summary>
    public static MemoryReport? Read(IReadOnlyList<string> lines, int start)
    {
        MemoryReport? report = Recognise(lines[start]);
        if (report is null)
        {
            return null;
        }

        report.Quoted.Add(lines[start]);
        (string Function, long Offset)? frame = null;
        for (int i = start + 1; i < lines.Count && i < start + MaxLines; i++)
        {
            string line = lines[i].Trim();
            if (line.StartsWith("Kernel panic", StringComparison.Ordinal) || line.StartsWith("---[ end", StringComparison.Ordinal))
            {
                break;
            }

            report.Take(lines, i, line);
            frame = report.TakeFrame(lines, i, line, frame);
        }

        return report;
    }

    private static MemoryReport? Recognise(string line)
    {
        if (Checker().Match(line) is { Success: true } checker)
        {
            return new MemoryReport { Tool = checker.Groups["tool"].Value, First = line, What = checker.Groups["what"].Value.Trim() };
        }

        if (Slub().Match(line) is { Success: true } slub)
        {
            return new MemoryReport { Tool = "SLUB", First = line, What = slub.Groups["what"].Value.Trim(), Cache = slub.Groups["cache"].Value };
        }

        return Undefined().Match(line) is { Success: true } undefined ? new MemoryReport { Tool = "UBSAN", First = line, What = undefined.Groups["what"].Value } : null;
    }

    private void Take(IReadOnlyList<string> lines, int at, string line)
    {
        if (Access is null && AccessLine().Match(line) is { Success: true } access)
        {
            Access = access.Groups["how"].Value.ToLowerInvariant();
            Bytes = access.Groups["bytes"] is { Success: true } bytes && int.TryParse(bytes.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : null;
            Address ??= Number(access.Groups["at"].Value);
            Quoted.Add(line);
        }
        else if (Tool == "KFENCE" && FenceIndex is null && FenceNumber().Match(line) is { Success: true } fence && ulong.TryParse(fence.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
        {
            FenceIndex = number;
            Access = line.Contains(" write at ", StringComparison.Ordinal) ? "write" : line.Contains(" read at ", StringComparison.Ordinal) ? "read" : line.Contains("nvalid free of", StringComparison.Ordinal) ? "free" : null;
            Quoted.Add(line);
        }
        else if (Overwritten is null && OverwrittenLine().Match(line) is { Success: true } bytes && Number(bytes.Groups[1].Value) is { } first && Number(bytes.Groups[2].Value) is { } last)
        {
            Overwritten = (first, last, bytes.Groups[3].Value, bytes.Groups[4].Value);
            Quoted.Add(line);
        }
        else if (ObjectLine().Match(line) is { Success: true } known)
        {
            Address ??= Number(known.Groups[1].Success ? known.Groups[1].Value : known.Groups[2].Value);
            Quoted.Add(line);
        }
        else if (line.StartsWith("which belongs to the cache ", StringComparison.Ordinal))
        {
            Cache ??= line[27..].Split(' ')[0];
        }

        Detail ??= Tool == "UBSAN" && Quoted.Count == 1 && line.Length > 0 ? line : null;
        AllocatedBy ??= Owner(lines, at, line, "llocated by task", "Allocated in ");
        FreedBy ??= Owner(lines, at, line, "reed by task", "Freed in ");
    }

    // "… at offset 56 in frame:", the function in the next line, then "[32, 56) 'samples'" for each variable.
    private (string Function, long Offset)? TakeFrame(IReadOnlyList<string> lines, int at, string line, (string Function, long Offset)? frame)
    {
        if (FrameLine().Match(line) is { Success: true } start && at + 1 < lines.Count)
        {
            return (FunctionNames.Normalise(lines[at + 1].Trim().Split('+')[0]), long.Parse(start.Groups[1].Value, CultureInfo.InvariantCulture));
        }

        if (frame is { } known && VariableLine().Match(line) is { Success: true } variable
            && long.TryParse(variable.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long from) && long.TryParse(variable.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long end)
            && known.Offset >= from && (StackVariable is null || known.Offset >= end))
        {
            StackVariable = (known.Function, variable.Groups[3].Value, known.Offset - end);
        }

        if (Global is null && GlobalLine().Match(line) is { Success: true } global && at > 0 && lines[at - 1].Contains("belongs to the variable", StringComparison.Ordinal)
            && ulong.TryParse(global.Groups[2].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong offset))
        {
            Global = (global.Groups[1].Value, offset);
        }

        return frame;
    }

    // "Allocated by task 77:" with a stack below, or "Allocated in table_add+0x21/0xa0 age=…".
    private static string? Owner(IReadOnlyList<string> lines, int at, string line, string byTask, string inFunction)
    {
        if (line.StartsWith(inFunction, StringComparison.Ordinal) && !OwnerText.IsAllocator(line[inFunction.Length..]))
        {
            return NameIn(line[inFunction.Length..]);
        }

        if (line.IndexOf(byTask, StringComparison.Ordinal) is not (0 or 1) && !line.StartsWith(inFunction, StringComparison.Ordinal))
        {
            return null;
        }

        for (int i = at + 1; i < lines.Count && i < at + 24; i++)
        {
            string text = lines[i].Trim();
            if (text.Length == 0)
            {
                return null;
            }

            if (Symbol().IsMatch(text) && !OwnerText.IsAllocator(text))
            {
                return NameIn(text);
            }
        }

        return null;
    }

    private static string NameIn(string text) => FunctionNames.Normalise(text.Split('+', ' ')[0]);

    private static VirtAddr? Number(string text) => ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? new VirtAddr(value) : null;

    /// <summary>True when a line begins a report.</summary>
    public static bool Begins(string line) => Checker().IsMatch(line) || Slub().IsMatch(line) || Undefined().IsMatch(line);

    [GeneratedRegex(@"^BUG: (?<tool>KASAN|KFENCE): (?<what>.+?)(?: in (?<where>\S+).*)?$")]
    private static partial Regex Checker();

    [GeneratedRegex(@"^BUG (?<cache>\S+) \(.*ainted.*?\): (?<what>.+)$")]
    private static partial Regex Slub();

    [GeneratedRegex(@"^UBSAN: (?<what>.+?) in \S+")]
    private static partial Regex Undefined();

    [GeneratedRegex(@"^(?:(?<how>Read|Write) of size (?<bytes>\d+) at addr|(?<how>Free) of addr) (?<at>[0-9a-f]{16})")]
    private static partial Regex AccessLine();

    [GeneratedRegex(@"kfence-#(\d+)")]
    private static partial Regex FenceNumber();

    [GeneratedRegex(@"^(?:INFO: )?0x([0-9a-f]+)-0x([0-9a-f]+)(?: @offset=\d+)?\. First byte (0x[0-9a-f]+) instead of (0x[0-9a-f]+)")]
    private static partial Regex OverwrittenLine();

    [GeneratedRegex(@"^(?:INFO: )?Object 0x([0-9a-f]{16}) @offset|^The buggy address belongs to the object at ([0-9a-f]{16})")]
    private static partial Regex ObjectLine();

    [GeneratedRegex(@"is located (?:in stack of task .* )?at offset (\d+) in frame:$")]
    private static partial Regex FrameLine();

    [GeneratedRegex(@"^\[(\d+), (\d+)\) '([^':]+)")]
    private static partial Regex VariableLine();

    [GeneratedRegex(@"^([A-Za-z_][\w.]*)\+0x([0-9a-f]+)/0x")]
    private static partial Regex GlobalLine();

    [GeneratedRegex(@"^[A-Za-z_][\w.]*\+0x[0-9a-f]+/0x[0-9a-f]+")]
    private static partial Regex Symbol();
}
