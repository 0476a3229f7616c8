// StackValue: one entry of the expression stack.
namespace VaQuest.DebugInfo.Dwarf.Expressions;

/// <summary>Bits, zero-extended from the type's size, and the type; null stands for the generic type, which is as wide as an address.</summary>
internal readonly record struct StackValue(UInt128 Bits, BaseType? Type);
