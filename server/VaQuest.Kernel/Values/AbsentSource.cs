// AbsentSource: an object that is not known at all.
using VaQuest.DebugInfo.Dwarf.Expressions;

namespace VaQuest.Kernel.Values;

/// <summary>Answers every read with one reason.</summary>
public sealed class AbsentSource(Absence reason) : ValueSource
{
    public override Absence? Read(long offset, Span<byte> destination) => reason;
}
