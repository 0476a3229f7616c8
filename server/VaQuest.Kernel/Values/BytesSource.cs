// BytesSource: an object whose bytes are known but not in memory: a register's, a constant's, a computed one's.
using VaQuest.DebugInfo.Dwarf.Expressions;

namespace VaQuest.Kernel.Values;

/// <summary>Bytes in the machine's order.</summary>
public sealed class BytesSource(byte[] bytes) : ValueSource
{
    public override Absence? Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > bytes.Length || destination.Length > bytes.Length - offset)
        {
            return Absence.Unknown("debug information describes fewer bytes than the type has");
        }

        bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
        return null;
    }
}
