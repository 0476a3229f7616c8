// MemoryStore: a register or constant that an instruction puts into memory.
namespace VaQuest.Kernel.Code;

/// <summary>A plain store.</summary>
/// <param name="Target">Where to.</param>
/// <param name="Source">The register stored, by DWARF number; -1 for a constant.</param>
/// <param name="Constant">The constant stored.</param>
public sealed record MemoryStore(MemoryOperand Target, int Source, long Constant);
