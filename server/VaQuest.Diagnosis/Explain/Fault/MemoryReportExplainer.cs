// MemoryReportExplainer: explains what KASAN, KFENCE, UBSAN and SLUB's debugging found.
using VaQuest.Binary;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Memory.Checkers;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>
/// The report's own fields, and what the dump's memory says beside them: the object, its state, its owners' recorded stacks, the shadow. Memory
/// comes first where both tell, because the log hides addresses and has functions without lines.
/// </summary>
internal sealed class MemoryReportExplainer(FaultScene scene)
{
    /// <summary>Lines above the crash's message in which its report begins.</summary>
    private const int MaxLines = 200;

    private readonly List<Conclusion> _conclusions = [];

    /// <summary>The explanation; null when the log has no such report at the crash.</summary>
    public FaultExplanation? Explain()
    {
        int start = FindReport();
        if (start < 0 || MemoryReport.Read(scene.Lines, start) is not { } report)
        {
            return null;
        }

        foreach (string line in report.Quoted)
        {
            _conclusions.Add(new Conclusion(Certainty.Shown, "the report: " + DumpText.Escape(line)));
        }

        (string? expression, ulong? accessed) = FindAccess(report);
        VirtAddr? at = report.Overwritten?.First ?? report.Address ?? (accessed is { } known ? new VirtAddr(known) : null);
        ObjectHistory? item = report.FenceIndex is { } number ? scene.Kernel.Histories.Fence?.At(number) : report.Tool == "UBSAN" || at is null ? null : scene.Kernel.Histories.Find(at.Value);
        AddShadow(at);
        var sentences = new List<string> { First(report, at, item, expression) };
        if (Owners(report, item) is { } owners)
        {
            sentences.Add(owners);
        }

        (string cause, PanicKind? kind) = CauseOf(report, item);
        if (cause is "slab-overflow" or "write-after-free")
        {
            _conclusions.Add(new Conclusion(Certainty.CannotTell, "who wrote there: the allocator looks only when an object is freed or allocated; KASAN would have stopped the write itself"));
        }

        return new FaultExplanation
        {
            Cause = cause,
            Certainty = IsTooManyFrees(report) ? Certainty.Consistent : Certainty.Shown,
            Sentences = sentences,
            Conclusions = _conclusions,
            Expression = expression,
            Object = item is not null ? ObjectOf(item) : at is { } place ? scene.Objects.Find(place)?.Text : null,
            Kind = kind,
        };
    }

    // A report that was made fatal; another crash's report is not this one's.
    private int FindReport()
    {
        for (int i = scene.Record.Index; i >= 0 && i > scene.Record.Index - MaxLines; i--)
        {
            if (MemoryReport.Begins(scene.Lines[i]))
            {
                return i;
            }

            if (i < scene.Record.Index && scene.Lines[i].StartsWith("---[ end trace", StringComparison.Ordinal))
            {
                return -1;
            }
        }

        return -1;
    }

    // KFENCE stops the access itself by a page fault; KASAN is called before it with the address.
    private (string? Expression, ulong? Address) FindAccess(MemoryReport report)
    {
        if (report.Tool == "KFENCE" && scene.Code is { } code && FaultAccess.Find(code, scene.Record, scene.PerCpuBase) is { } access)
        {
            AddInstruction(code, access);
            return (scene.Namer.NameOf(code, access.Index, access.Operand)?.Text, access.Address);
        }

        bool isFree = report.Access == "free" || report.Tool == "SLUB";
        if (scene.Culprit is not { } caller || report.Tool == "UBSAN")
        {
            return (null, null);
        }

        string called = scene.Namer.CalledName(caller.Instruction) ?? "";
        var arguments = new CallArguments(scene, caller, scene.Situation.FrameIndex);
        if (called.StartsWith("__asan_", StringComparison.Ordinal))
        {
            return (arguments.TargetOf(0, report.Bytes ?? 1), report.Address?.Value);
        }

        return isFree && called.Contains("free", StringComparison.Ordinal) ? OfFree(arguments, called.StartsWith("kmem_cache_", StringComparison.Ordinal) ? 1 : 0) : (null, null);
    }

    private static (string? Expression, ulong? Address) OfFree(CallArguments arguments, int argument) => (arguments.NameOf(argument)?.ToValue(), arguments.ValueOf(argument));

    private void AddInstruction(FrameCode code, FaultAccess access)
    {
        string text = scene.Codes.Reader?.Format(code.Instruction.Address) ?? code.Instruction.Operation;
        string to = access.Address is { } address ? $" of {Words.Hex(address)}" : "";
        _conclusions.Add(new Conclusion(Certainty.Shown, $"the instruction `{text}` at {FrameText.NameOf(code.Frame)}, a {access.Verb}{to}") { Address = code.Instruction.Address });
    }

    private void AddShadow(VirtAddr? at)
    {
        if (at is { } address && scene.Kernel.Histories.Shadow is { } shadow && shadow.Read(address) is { } value)
        {
            VirtAddr place = KasanShadow.ShadowOf(address);
            _conclusions.Add(new Conclusion(Certainty.Shown, FormattableString.Invariant($"KASAN's shadow byte of {Words.Hex(address.Value)}, at {Words.Hex(place.Value)}, is 0x{value:x2}: {KasanShadow.Meaning(value)}")) { Address = place });
        }
    }

    private static string First(MemoryReport report, VirtAddr? at, ObjectHistory? item, string? expression)
    {
        string what = DumpText.Escape(report.What);
        if (report.Tool == "UBSAN")
        {
            return $"UBSAN reports {what}{(report.Detail is null ? "" : ": " + DumpText.Escape(report.Detail))}.";
        }

        string object_ = item is null ? "" : ObjectOf(item);
        if (report.Tool == "SLUB")
        {
            string bytes = report.Overwritten is { } over
                ? $": {Words.Count((int)Math.Min(int.MaxValue, over.Last - over.First + 1), "byte")} at {Words.Hex(over.First.Value)}, {PlaceIn(over.First, item)}, the first of them {DumpText.Escape(over.Byte)} instead of {DumpText.Escape(over.Expected)}"
                : item is null ? "" : $": {object_}";
            string of = report.Overwritten is null || item is null ? $"an object of {DumpText.Escape(report.Cache ?? "a cache")}" : object_;
            string more = IsTooManyFrees(report) ? $"{(expression is null ? "" : $", when `{expression}` was freed")}. More objects were freed there than allocated: that is consistent with an object that was freed twice" : "";
            return $"SLUB's check of {of} says \"{what}\"{bytes}{more}.";
        }

        if (report.Access == "free")
        {
            return $"{report.Tool} reports {what}: {(expression is null ? "an object" : $"`{expression}`")} was freed{(item is { IsFree: true } && item.Start == (at ?? item.Start) ? " that was free already" : "")}{(item is null ? "" : $", {object_}")}.";
        }

        string size = report.Bytes is { } count ? " of " + Words.Count(count, "byte") : "";
        string target = expression is null ? "" : $" of `{expression}`";
        string place = at is { } address ? $" at {Words.Hex(address.Value)}" : "";
        string where = report.StackVariable is { } variable ? $", {Distance(variable.Behind)} `{DumpText.Escape(variable.Variable)}` of {DumpText.Escape(variable.Function)}()"
            : report.Global is { } global ? FormattableString.Invariant($", {global.Offset} bytes from the start of the variable `{DumpText.Escape(global.Variable)}`")
            : item is not null ? $", {PlaceOf(at ?? item.Start, item)} {object_}" : "";
        return $"{report.Tool} reports {what}: a {report.Access ?? "access"}{(target.Length > 0 ? target + (size.Length > 0 ? $" ({size[4..]})" : "") : size)}{place}{where}.";
    }

    // mm/slub.c since 6.1: the check comes before that of the object itself.
    private static bool IsTooManyFrees(MemoryReport report) => report.What.StartsWith("Slab has ", StringComparison.Ordinal) && report.What.EndsWith(" to be freed", StringComparison.Ordinal);

    private static string Distance(long behind) => behind >= 0 ? FormattableString.Invariant($"{behind} bytes behind the end of") : FormattableString.Invariant($"{-behind} bytes before the end of");

    private static string PlaceOf(VirtAddr at, ObjectHistory? item)
    {
        if (item is null)
        {
            return "in memory whose object is not known";
        }

        ulong end = item.Start.Value + item.Size;
        return at < item.Start ? FormattableString.Invariant($"{item.Start.Value - at.Value} bytes before")
            : at.Value >= end ? FormattableString.Invariant($"{at.Value - end} bytes behind the end of")
            : FormattableString.Invariant($"at offset {at.Value - item.Start.Value} of");
    }

    // As PlaceOf, where the object was named before.
    private static string PlaceIn(VirtAddr at, ObjectHistory? item) => item is null ? "in memory whose object is not known"
        : at < item.Start ? FormattableString.Invariant($"{item.Start.Value - at.Value} bytes before its start")
        : at.Value >= item.Start.Value + item.Size ? FormattableString.Invariant($"{at.Value - (item.Start.Value + item.Size)} bytes behind its end")
        : FormattableString.Invariant($"at offset {at.Value - item.Start.Value}");

    private static string ObjectOf(ObjectHistory item)
    {
        string state = item.IsFree switch { true => ", free", false => ", allocated", null => "" };
        return FormattableString.Invariant($"the object {Words.Hex(item.Start.Value)} of {DumpText.Escape(item.Cache)} ({item.Size} bytes{state})");
    }

    private string? Owners(MemoryReport report, ObjectHistory? item)
    {
        var owners = new List<string>();
        foreach (OwnerTrack track in item?.Owners ?? [])
        {
            // SLUB keeps who freed an object also when it was allocated anew.
            if (OwnerText.Describe(scene, track) is { } text && (!track.IsFree || item!.IsFree != false || report.FreedBy is not null))
            {
                owners.Add(text);
                _conclusions.Add(new Conclusion(Certainty.Shown, $"{item!.Record} in memory: {text}") { Address = item.Start });
            }
        }

        if (owners.Count == 0)
        {
            owners.AddRange(new[] { report.AllocatedBy is { } by ? $"allocated by {DumpText.Escape(by)}()" : null, report.FreedBy is { } freed ? $"freed by {DumpText.Escape(freed)}()" : null }.OfType<string>());
        }

        return owners.Count == 0 ? null : $"It was {string.Join("; ", owners)}.";
    }

    private static (string Cause, PanicKind? Kind) CauseOf(MemoryReport report, ObjectHistory? item)
    {
        string what = report.What;
        bool isTwice = report.Access == "free" && item is { IsFree: true } && (report.Address ?? item.Start) == item.Start;
        return what switch
        {
            _ when report.Tool == "UBSAN" => ("undefined-behaviour", PanicKind.UndefinedBehaviour),
            _ when what.Contains("use-after-free", StringComparison.Ordinal) => ("use-after-free", PanicKind.UseAfterFree),
            _ when IsTooManyFrees(report) => ("double-free", null),
            "double-free" or "Object already free" => ("double-free", PanicKind.DoubleFree),
            _ when what.Contains("nvalid", StringComparison.Ordinal) && what.Contains("free", StringComparison.Ordinal) => isTwice ? ("double-free", PanicKind.DoubleFree) : ("invalid-free", PanicKind.SlabCorruption),
            _ when what.Contains("Invalid object pointer", StringComparison.Ordinal) => ("invalid-free", PanicKind.SlabCorruption),
            _ when what.Contains("out-of-bounds", StringComparison.Ordinal) => ("out-of-bounds", PanicKind.OutOfBounds),
            _ when what.Contains("edzone overwritten", StringComparison.Ordinal) || what.Contains("adding overwritten", StringComparison.Ordinal) || what == "memory corruption" => ("slab-overflow", PanicKind.SlabCorruption),
            _ when what.Contains("Poison overwritten", StringComparison.Ordinal) => ("write-after-free", PanicKind.UseAfterFree),
            _ when what.Contains("null-ptr-deref", StringComparison.Ordinal) => ("null-pointer", PanicKind.NullPointerDereference),
            _ => ("memory-report", null),
        };
    }
}
