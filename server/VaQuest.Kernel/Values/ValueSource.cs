// ValueSource: where the bytes of a value come from.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf.Expressions;

namespace VaQuest.Kernel.Values;

/// <summary>The bytes of an object. Immutable; read when they are asked for. Never throws on data.</summary>
public abstract class ValueSource
{
    /// <summary>Fills <paramref name="destination"/> with the bytes at an offset; null when all of them are known, else why not.</summary>
    public abstract Absence? Read(long offset, Span<byte> destination);

    /// <summary>The address of a byte of the object when it is in memory, else null.</summary>
    public virtual VirtAddr? AddressOf(long offset) => null;
}
