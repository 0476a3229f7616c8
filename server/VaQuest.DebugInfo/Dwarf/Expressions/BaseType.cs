// BaseType: the type of a value on the expression stack.
namespace VaQuest.DebugInfo.Dwarf.Expressions;

/// <summary>A base type (DWARF 5, 2.5.1): DW_ATE_* and size in bytes. The generic type is null.</summary>
internal sealed record BaseType(int Encoding, int ByteSize)
{
    /// <summary>DW_ATE_float.</summary>
    public bool IsFloat => Encoding == 4;

    /// <summary>DW_ATE_signed, DW_ATE_signed_char.</summary>
    public bool IsSigned => Encoding is 5 or 6;

    /// <summary>Boolean, signed, unsigned, characters and addresses: what integer arithmetic works on.</summary>
    public bool IsInteger => Encoding is 1 or 2 or 5 or 6 or 7 or 8 or 0x10 or 0x11 or 0x12;
}
