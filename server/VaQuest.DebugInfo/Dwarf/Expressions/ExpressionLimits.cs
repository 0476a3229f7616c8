// ExpressionLimits: how much one DWARF expression may do.
namespace VaQuest.DebugInfo.Dwarf.Expressions;

/// <summary>Bounds of an evaluation. Compilers write some tens of operations; a loop in damaged data must end.</summary>
internal static class ExpressionLimits
{
    /// <summary>Operations, those of called expressions included. DW_OP_bra makes loops possible; real ones have none.</summary>
    public const int MaxOperations = 10_000;

    /// <summary>Entries on the stack; more than ten were never seen.</summary>
    public const int MaxStack = 256;

    /// <summary>Pieces of one object: one for each byte of a cache line's worth of members, and then some.</summary>
    public const int MaxPieces = 256;

    /// <summary>Nesting of DW_OP_call; compilers do not nest it.</summary>
    public const int MaxCalls = 16;

    /// <summary>Bits of all pieces together: larger objects are not kept in pieces.</summary>
    public const long MaxPieceBits = 8L << 20;
}
