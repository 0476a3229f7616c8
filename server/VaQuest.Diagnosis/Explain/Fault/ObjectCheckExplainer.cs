// ObjectCheckExplainer: explains reports about counted and allocated objects.
using VaQuest.Binary;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>refcount_t warnings, and objects that are freed twice.</summary>
internal sealed class ObjectCheckExplainer(FaultScene scene)
{
    private readonly List<Conclusion> _conclusions = [];

    /// <summary>lib/refcount.c: what the saturating counter saw; null when the log has no such line.</summary>
    public FaultExplanation? ExplainCount()
    {
        if (scene.FindLineAbove("refcount_t: ") is not { } line)
        {
            return null;
        }

        _conclusions.Add(new Conclusion(Certainty.Shown, "the counter's own report: " + DumpText.Escape(line)));
        (string cause, string did) = line switch
        {
            _ when line.Contains("underflow", StringComparison.Ordinal) => ("refcount-underflow", "was dropped below zero: a reference was put that nobody held"),
            _ when line.Contains("addition on 0", StringComparison.Ordinal) => ("refcount-use-after-free", "was taken although it was zero: the object was already being freed"),
            _ when line.Contains("decrement hit 0", StringComparison.Ordinal) => ("refcount-leak", "reached zero in a place that must not drop the last reference"),
            _ when line.Contains("saturated", StringComparison.Ordinal) => ("refcount-saturated", "grew too large and was saturated: references are taken that are never put"),
            _ => ("refcount", "was misused"),
        };
        CallArguments? arguments = scene.Culprit is { } caller ? new CallArguments(scene, caller, scene.Situation.FrameIndex) : null;
        string? name = arguments?.TargetOf(0, 4);
        ulong? at = arguments?.ValueOf(0);
        string place = at is { } known ? $" at {Words.Hex(known)}{NoteOf(known)}" : "";
        string now = at is { } read && scene.WordAt(read, 4) is { } value ? FormattableString.Invariant($" It now is {unchecked((int)value)} (saturated values are near {int.MinValue / 2}).") : "";
        ValueTrail? trail = arguments?.TrailOf(0, at);
        string from = trail is { Steps.Count: > 1 } ? TrailText.Sentence(scene, trail, "it", _conclusions).Replace("It was passed", "Its object was passed", StringComparison.Ordinal) : "";
        List<string> sentences = [$"The reference count {(name is null ? "of an object" : $"`{name}`")}{place} {did}.{now}"];
        if (from.Length > 0)
        {
            sentences.Add(from);
        }

        return new FaultExplanation
        {
            Cause = cause,
            Certainty = Certainty.Shown,
            Sentences = sentences,
            Conclusions = _conclusions,
            Expression = name,
            Object = at is { } place2 ? scene.Objects.Find(new VirtAddr(place2))?.Text : null,
            Chain = trail?.Steps ?? [],
        };
    }

    /// <summary>The allocator's check that an object being freed is not the first free one already (BUG in mm/slub.c); null for other BUGs.</summary>
    public FaultExplanation? ExplainDoubleFree()
    {
        bool isAllocator = scene.Record.Message is { } message && message.Contains("kernel BUG at mm/sl", StringComparison.Ordinal);
        if (!isAllocator || scene.Stack is not { } stack || scene.Culprit is not { } caller)
        {
            return null;
        }

        bool isCheck = stack.Frames.Take(scene.Situation.FrameIndex).Any(frame => frame.Function == "set_freepointer");
        var arguments = new CallArguments(scene, caller, scene.Situation.FrameIndex);
        string called = scene.Namer.CalledName(caller.Instruction) ?? "the allocator";
        if (!called.Contains("free", StringComparison.Ordinal))
        {
            return null;
        }

        ulong? at = arguments.ValueOf(0);
        string subject = arguments.NameOf(0) is { } name ? $"`{name.ToValue()}`" : "The object";
        string place = at is { } known ? $" = {Words.Hex(known)}{NoteOf(known)}" : "";
        _conclusions.Add(new Conclusion(
            isCheck ? Certainty.Shown : Certainty.Consistent,
            isCheck ? "set_freepointer() found that the object being freed already is the first free one of its slab" : "the allocator's check that an object is not freed twice in a row; its line needs debug information of vmlinux"));
        bool? isFree = at is { } address ? scene.Objects.Find(new VirtAddr(address))?.IsFree : null;
        if (isFree is { } state)
        {
            _conclusions.Add(new Conclusion(state ? Certainty.Shown : Certainty.Contradicts, $"the object at {Words.Hex(at!.Value)} is {(state ? "free" : "allocated")} now"));
        }

        ValueTrail? trail = arguments.TrailOf(0, at);
        var sentences = new List<string> { $"{subject}{place} was freed twice: {TrailFinder.FunctionOf(caller)} gave it to {called}() when it was the last object freed there." };
        if (trail is { Steps.Count: > 1 })
        {
            sentences.Add(TrailText.Sentence(scene, trail, "it", _conclusions));
        }

        return new FaultExplanation
        {
            Cause = "double-free",
            Certainty = isCheck ? Certainty.Shown : Certainty.Consistent,
            Sentences = sentences,
            Conclusions = _conclusions,
            Expression = arguments.NameOf(0)?.ToValue(),
            Object = at is { } object_ ? scene.Objects.Find(new VirtAddr(object_))?.Text : null,
            Chain = trail?.Steps ?? [],
            Kind = PanicKind.DoubleFree,
        };
    }

    private string NoteOf(ulong address) => scene.Objects.Find(new VirtAddr(address)) is { } note ? $" ({note.Text})" : "";
}
