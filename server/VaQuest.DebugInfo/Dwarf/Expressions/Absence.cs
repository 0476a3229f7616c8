// Absence: the reason why a value is not known, in words for users.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf.Expressions;

/// <summary>A value that is not there. Immutable.</summary>
/// <param name="Kind">The class of the reason.</param>
/// <param name="Text">A few words without a period: "optimised out here", "register rax lost at frame 2".</param>
public sealed record Absence(AbsenceKind Kind, string Text)
{
    public static readonly Absence OptimisedOut = new(AbsenceKind.OptimisedOut, "optimised out here");

    public static readonly Absence NotLive = new(AbsenceKind.NotLive, "not yet live here");

    public static Absence OfMemory(ReadOutcome outcome) => new(AbsenceKind.Memory, outcome.ToString());

    public static Absence Damaged(string what) => new(AbsenceKind.Damaged, what);

    public static Absence Unknown(string what) => new(AbsenceKind.Unknown, what);

    public override string ToString() => Text;
}
