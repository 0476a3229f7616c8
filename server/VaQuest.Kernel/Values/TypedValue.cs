// TypedValue: a C object or value: a type, and where its bytes are.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Types;

namespace VaQuest.Kernel.Values;

/// <summary>A value. Immutable; nothing is read before it is asked for. Never throws on data.</summary>
/// <param name="Type">Its type, as declared.</param>
/// <param name="Source">Its bytes, or those of the object around it.</param>
/// <param name="Offset">Bytes from the start of <paramref name="Source"/>; of a bit field, to the byte with its first bit.</param>
public sealed record TypedValue(CType Type, ValueSource Source, long Offset = 0)
{
    /// <summary>Of a bit field: bits from its first byte, 0 to 7.</summary>
    public int BitOffset { get; init; }

    /// <summary>Width of a bit field, or 0.</summary>
    public int BitSize { get; init; }

    /// <summary>Where it is in memory; null for bit fields and for what is not in memory.</summary>
    public VirtAddr? Address => BitSize > 0 ? null : Source.AddressOf(Offset);

    /// <summary>True when debug information computed it from what a caller knew of the call.</summary>
    public bool IsFromCaller { get; init; }

    /// <summary>Of a pointer that was optimised out: the object that it pointed to; else null.</summary>
    public TypedValue? ImplicitTarget { get; init; }

    public static TypedValue Absent(CType type, Absence reason) => new(type, new AbsentSource(reason));

    /// <summary>Reads bytes of the value; null when all are known, else why not.</summary>
    public Absence? Read(long offset, Span<byte> destination) => Source.Read(Offset + offset, destination);
}
