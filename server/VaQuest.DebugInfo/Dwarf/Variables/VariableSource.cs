// VariableSource: where debug information says that a variable's value is at one instruction.
using VaQuest.DebugInfo.Dwarf.Expressions;

namespace VaQuest.DebugInfo.Dwarf.Variables;

/// <summary>Exactly one member is set.</summary>
/// <param name="Expression">A location expression.</param>
/// <param name="Constant">The value itself (DW_AT_const_value), as 8 bytes little-endian or as the block that was stored.</param>
/// <param name="Absence">Why there is neither.</param>
public sealed record VariableSource(byte[]? Expression, byte[]? Constant, Absence? Absence);
