// StructMember: one member of a struct or union.
namespace VaQuest.DebugInfo.Types;

/// <summary>A member.</summary>
/// <param name="Name">Empty for an anonymous struct or union.</param>
/// <param name="BitOffset">Bits from the start of the structure.</param>
/// <param name="BitSize">Width of a bit field in bits, or 0 for an ordinary member.</param>
/// <param name="TypeReference">Its type.</param>
public sealed record StructMember(string Name, long BitOffset, int BitSize, TypeReference TypeReference)
{
    public CType Type => TypeReference.Resolve();

    /// <summary>Whole bytes from the start of the structure.</summary>
    public long ByteOffset => BitOffset / 8;
}
