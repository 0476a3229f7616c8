// MemberCells: members of kernel structures as cells.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Objects;

namespace VaQuest.Diagnosis.Browse;

/// <summary>What is not known carries the reader's reason.</summary>
internal static class MemberCells
{
    /// <summary>An unsigned number.</summary>
    public static Cell Number(MemberValue value) => Cell.Of(value.Bits, value.Reason);

    public static Cell Signed(MemberValue value) => Cell.Of(value.Signed, value.Reason);

    public static Cell Hex(MemberValue value) => Cell.Hex(value.Bits, value.Reason);

    /// <summary>A size in bytes.</summary>
    public static Cell Bytes(MemberValue value) => Cell.Bytes(value.Bits, value.Reason);

    /// <summary>A pointer to an object of a type; it leads to the object's document, or to a page about it: "inode" makes "inode/0xffff…".</summary>
    public static Cell Pointer(MemberValue value, string objectType, string? page = null) => Pointer(value.Pointer, value.PointerReason, objectType, page);

    public static Cell Pointer(VirtAddr? address, string reason, string objectType, string? page = null) =>
        Cell.Address(address, reason, objectType, page is not null && address is { } at ? $"{page}/{Words.Hex(at.Value)}" : null);

    /// <summary>What a function makes of a number, or the reason.</summary>
    public static Cell Text(MemberValue value, Func<ulong, string> write) => value.Bits is { } bits ? Cell.Of(write(bits)) : Cell.Absent(value.Reason);

    /// <summary>The names that a function makes of a number, or the reason.</summary>
    public static Cell Names(MemberValue value, Func<ulong, IReadOnlyList<string>> write) =>
        value.Bits is { } bits ? Cell.List(write(bits)) : Cell.Absent(value.Reason);

    /// <summary>A dev_t as major:minor.</summary>
    public static Cell Device(MemberValue value) => Text(value, bits => FormattableString.Invariant($"{bits >> 20}:{bits & 0xfffff}"));
}
