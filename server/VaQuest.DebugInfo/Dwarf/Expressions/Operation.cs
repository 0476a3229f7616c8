// Operation: one decoded operation of a DWARF expression.
namespace VaQuest.DebugInfo.Dwarf.Expressions;

/// <summary>An operation with its operands.</summary>
/// <param name="Op">DW_OP_*.</param>
/// <param name="First">First operand, sign-extended for signed ones; 0 when there is none.</param>
/// <param name="Second">Second operand.</param>
/// <param name="BlockStart">Bytes from the expression's start to the operand's block.</param>
/// <param name="BlockLength">Bytes of the block.</param>
internal readonly record struct Operation(DwarfOp Op, ulong First, ulong Second, int BlockStart, int BlockLength);
