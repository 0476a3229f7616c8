// CallArguments: what a frame passed to the function that it called.
using System.Text.RegularExpressions;
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Arguments at the call of one frame, named and valued as far as its code tells.</summary>
internal sealed partial class CallArguments(FaultScene scene, FrameCode caller, int position)
{
    /// <summary>An argument as C, or null.</summary>
    public CName? NameOf(int argument) => RegisterOf(argument) is >= 0 and var register ? scene.Namer.NameOf(caller, caller.Index, register) : null;

    public ulong? ValueOf(int argument) => RegisterOf(argument) is >= 0 and var register ? caller.Known.Find(caller.Index, register) : null;

    /// <summary>Where an argument came from.</summary>
    public ValueTrail? TrailOf(int argument, ulong? value) =>
        RegisterOf(argument) is >= 0 and var register ? new TrailFinder(scene).Find(position, caller, caller.Index, register, value) : null;

    /// <summary>
    /// The lvalue that a pointer argument points to as C: "session->link" for &amp;session->link; the argument itself when its type is not known.
    /// </summary>
    public string? TargetOf(int argument, int bytes)
    {
        if (NameOf(argument) is not { } name)
        {
            return null;
        }

        // A counter is known by the member that holds it, not by what refcount_t is made of.
        string? target = scene.Namer.TargetOf(name, bytes) is { } found ? Inner().Replace(found, "") : null;
        return target ?? (name.IsAddress && name.Offset == 0 ? name.Text : null);
    }

    [GeneratedRegex(@"(\.refcount)?(\.refs)?\.counter$")]
    private static partial Regex Inner();

    private int RegisterOf(int argument) => scene.Codes.Decoder?.ArgumentRegister(argument) ?? -1;

    /// <summary>"`session->link` at 0x… (object)"; "at 0x… (object)" where C has no name for it.</summary>
    public string Describe(int argument, int bytes, ulong? value)
    {
        ulong? at = value ?? ValueOf(argument);
        string place = at is { } known ? $" at {Words.Hex(known)}{NoteOf(known)}" : "";
        return TargetOf(argument, bytes) is { } name ? $"`{name}`{place}" : at is null ? "whose address is not known" : place.TrimStart();
    }

    private string NoteOf(ulong address) => scene.Objects.Find(new VirtAddr(address)) is { } note ? $" ({note.Text})" : "";
}
