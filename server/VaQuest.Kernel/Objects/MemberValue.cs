// MemberValue: a member of a kernel structure, or why it is not known.
using VaQuest.Binary;

namespace VaQuest.Kernel.Objects;

/// <summary>An integer or pointer. Never zero for what is missing: then <see cref="Bits"/> is null and <see cref="Reason"/> tells why.</summary>
/// <param name="Bits">Zero-extended; null when it is not known.</param>
/// <param name="Signed">Sign-extended; null when it is not known.</param>
/// <param name="Reason">One short clause; empty when the value is known.</param>
public sealed record MemberValue(ulong? Bits, long? Signed, string Reason)
{
    /// <summary>As an address; null when it is not known or NULL.</summary>
    public VirtAddr? Pointer => Bits is { } bits and not 0 ? new VirtAddr(bits) : null;

    /// <summary>Why there is no address: the reason, or that the pointer is NULL.</summary>
    public string PointerReason => Bits == 0 ? "NULL" : Reason;

    public static MemberValue Absent(string reason) => new(null, null, reason);
}
