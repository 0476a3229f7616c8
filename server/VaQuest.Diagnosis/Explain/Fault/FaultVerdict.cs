// FaultVerdict: puts the explanation of a failed access into words.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Code;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>One failed access, its pointer, and where that came from.</summary>
internal sealed class FaultVerdict(
    FaultScene scene, FrameCode code, FaultAccess access, PointerValue? pointer, ulong? value, CName? lvalue, CName? name, ValueTrail? trail)
{
    private readonly List<Conclusion> _conclusions = [];

    private string PointerText => name is { } known ? $"`{known.Text}`" : access.Register >= 0 ? "Register " + scene.Namer.RegisterName(access.Register) : "The address";

    private bool IsWrite => access.Operand.Access == MemoryAccess.Write || (access.Operand.Access == MemoryAccess.ReadWrite && scene.Record.Access != "read");

    public FaultExplanation Write(PoisonCheck poison)
    {
        AddInstruction();
        if (access.CompareWith(scene.Record) is { } compared)
        {
            _conclusions.Add(compared);
        }

        (string cause, Certainty certainty, PanicKind? kind, string? extra) = Judge(poison);
        var sentences = new List<string> { First() };
        if (trail is not null)
        {
            sentences.Add(TrailText.Sentence(scene, trail, PointerText, _conclusions));
        }

        if (extra is not null)
        {
            sentences.Add(extra);
        }

        return new FaultExplanation
        {
            Cause = cause,
            Certainty = certainty,
            Sentences = sentences,
            Conclusions = _conclusions,
            Instruction = InstructionOf(),
            Expression = lvalue?.Text,
            Object = trail?.Origin.Address is { } at ? scene.Objects.Find(at)?.Text : value is { } target && pointer?.Class == PointerClass.Kernel ? scene.Objects.Find(new VirtAddr(target))?.Text : null,
            Chain = trail?.Steps ?? [],
            Kind = kind,
        };
    }

    private FaultInstruction InstructionOf() => new(code.Instruction.Address, scene.Codes.Reader?.Format(code.Instruction.Address) ?? code.Instruction.Operation)
    {
        Accessed = access.Address is { } at ? new VirtAddr(at) : null,
        Access = access.Verb,
        Bytes = access.Operand.Bytes,
    };

    private void AddInstruction()
    {
        string text = scene.Codes.Reader?.Format(code.Instruction.Address) ?? code.Instruction.Operation;
        string register = access is { Register: >= 0, Value: { } held } ? $" with {scene.Namer.RegisterName(access.Register)} = {Words.Hex(held)}" : "";
        string size = access.Operand.Bytes > 0 ? " of " + Words.Count(access.Operand.Bytes, "byte") : "";
        _conclusions.Add(new Conclusion(Certainty.Shown, $"the instruction `{text}` at {FrameText.NameOf(code.Frame)}, a {access.Verb}{size}{register}")
        {
            Address = code.Instruction.Address,
        });
    }

    private string First()
    {
        string verb = IsWrite ? "write to" : "read of";
        string size = access.Operand.Bytes > 0 ? $" ({Words.Count(access.Operand.Bytes, "byte")}{MemberText()})" : "";
        string what = lvalue is { } c ? $"`{c.Text}`{size}" : access.Address is { } at ? Words.Hex(at) + size : "memory" + size;
        string is_ = pointer switch
        {
            null => "is not known",
            { Class: PointerClass.Null } => "is NULL",
            { Class: PointerClass.Kernel } => $"is {Words.Hex(value!.Value)}, {KernelText(value.Value)}",
            _ => $"is {Words.Hex(value!.Value)}, {pointer.Text}",
        };
        string where = access.Address is { } target && pointer?.Class is PointerClass.Null && lvalue is not null ? $" went to {Words.Hex(target)}" : " failed";
        return $"{PointerText} {is_}: the {verb} {what}{where}.";
    }

    private string KernelText(ulong at) => scene.Objects.Find(new VirtAddr(at)) is { } note ? note.Text
        : scene.Kernel.Memory.Translate(new VirtAddr(at), out _) is null ? "an address of the kernel where nothing is mapped" : "an address of the kernel";

    // ", offset 0x18 of struct slot"
    private string MemberText()
    {
        if (name is { Pointee: { } type } && access.Operand.Index < 0 && scene.Values.Kernel.Resolve(type) is StructType { Name.Length: > 0 } structure)
        {
            long offset = name.Offset + access.Operand.Displacement;
            return FormattableString.Invariant($" at offset 0x{offset:x} of {DumpText.Escape(TypeText.TagOf(structure))}");
        }

        return "";
    }

    private (string Cause, Certainty Certainty, PanicKind? Kind, string? Extra) Judge(PoisonCheck poison)
    {
        switch (pointer?.Class)
        {
            case null:
                return ("unknown", Certainty.CannotTell, null, null);
            case PointerClass.Null:
                return ("null-pointer", Certainty.Shown, null, null);
            case PointerClass.Small:
                return ("small-pointer", Certainty.Shown, null, null);
            case PointerClass.Error:
                return ("error-pointer", Certainty.Shown, null, "The value is an error code that was not checked with IS_ERR() before use.");
            case PointerClass.Poison:
                return OfPoison(poison, pointer);
            case PointerClass.User:
                return ("user-pointer", Certainty.Shown, null, "The kernel used it directly instead of through copy_from_user() or get_user() and the like.");
            case PointerClass.Text:
                return ("overwritten-pointer", Certainty.Consistent, null, $"The eight bytes of the pointer are {pointer.Text}: text was written over it, or its memory was given to another owner after a free.");
            default:
                return OfPlace(pointer);
        }
    }

    private (string Cause, Certainty Certainty, PanicKind? Kind, string? Extra) OfPoison(PoisonCheck poison, PointerValue known)
    {
        bool isList = known.Fill is null;
        if (isList)
        {
            return ("removed-list-entry", Certainty.Shown, null, "An entry was followed or removed after it had been removed from its list.");
        }

        Conclusion? object_ = trail is null ? null : poison.Examine(trail.Origin, known);
        if (object_ is not null)
        {
            _conclusions.Add(object_);
        }

        return object_?.Certainty switch
        {
            Certainty.Shown => ("use-after-free", Certainty.Shown, PanicKind.UseAfterFree, "The object that the pointer was read from had been freed: use after free."),
            Certainty.Contradicts => ("stored-poison", Certainty.Shown, null, "The object that held the pointer was not freed: the pattern was stored in it as a value, as when it was copied from freed memory."),
            Certainty.Consistent => ("use-after-free", Certainty.Consistent, null, "That is consistent with a use after free whose memory was partly written again."),
            _ => ("poison-pointer", Certainty.Consistent, null, "That is consistent with a pointer that was read from freed memory."),
        };
    }

    private (string Cause, Certainty Certainty, PanicKind? Kind, string? Extra) OfPlace(PointerValue known)
    {
        bool isProtected = scene.Record.AccessFailure?.Contains("permission", StringComparison.Ordinal) == true;
        ulong target = access.Address ?? value!.Value;
        if (isProtected && IsWrite && known.Class == PointerClass.Kernel)
        {
            string what = scene.Objects.Find(new VirtAddr(target)) is { } note
                ? $"The address is in {note.Text}, which is {(note.Kind == "text" ? "code" : note.Kind == "read-only" ? "read-only data" : "write-protected")}."
                : "The page there is write-protected.";
            return ("write-protection", Certainty.Shown, null, what);
        }

        if (BitFlip.Find(scene, value!.Value, name?.Pointee) is [var flip, ..] flips)
        {
            _conclusions.AddRange(flips);
            return ("bit-flip", Certainty.Consistent, null, $"That is consistent with a flipped bit: {string.Join("; ", flips.Select(one => one.Text))}.");
        }

        return known.Class == PointerClass.NonCanonical ? ("non-canonical-pointer", Certainty.Shown, null, null) : ("wild-pointer", Certainty.Shown, null, null);
    }
}
