// MemberLayout: where a member is inside its structure.
namespace VaQuest.Kernel.Objects;

/// <summary>A member's place.</summary>
/// <param name="Offset">Bytes from the start of the structure.</param>
/// <param name="Size">Bytes of its type; 0 for incomplete types and flexible arrays.</param>
/// <param name="BitOffset">Of a bit field: bits inside the byte at <paramref name="Offset"/>.</param>
/// <param name="BitSize">Of a bit field: its width; 0 for ordinary members.</param>
/// <param name="IsSigned">True for signed integers.</param>
public readonly record struct MemberLayout(ulong Offset, long Size, int BitOffset, int BitSize, bool IsSigned);
