// LocationKind: where the value of an object is, as a location description says it.
namespace VaQuest.DebugInfo.Dwarf.Expressions;

/// <summary>Kinds of location descriptions (DWARF 5, 2.6.1).</summary>
public enum LocationKind
{
    /// <summary>Nowhere; see <see cref="DwarfLocation.Reason"/>.</summary>
    Absent,

    /// <summary>In memory at <see cref="DwarfLocation.Address"/>.</summary>
    Memory,

    /// <summary>In the register <see cref="DwarfLocation.Register"/>.</summary>
    Register,

    /// <summary>The value itself is known (DW_OP_stack_value).</summary>
    Value,

    /// <summary>The bytes themselves are known (DW_OP_implicit_value).</summary>
    Bytes,

    /// <summary>A pointer that was optimised out, whose target's value is known (DW_OP_implicit_pointer).</summary>
    ImplicitPointer,

    /// <summary>In pieces at several places (DW_OP_piece, DW_OP_bit_piece).</summary>
    Pieces,
}
