// Field: a member found by path, with its offset from the outermost structure.
namespace VaQuest.DebugInfo.Types;

/// <summary>A member reached through a path such as "rcu.head.next".</summary>
/// <param name="BitOffset">Bits from the start of the outermost structure.</param>
/// <param name="BitSize">Width in bits of a bit field, or 0.</param>
/// <param name="Type">Type of the last member of the path.</param>
public sealed record Field(long BitOffset, int BitSize, CType Type)
{
    public long ByteOffset => BitOffset / 8;
}
