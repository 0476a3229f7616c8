// PerCpuPlace: a CPU's copy of a per-CPU variable.
using VaQuest.Binary;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Kernel.Memory.PerCpu;

/// <summary>Where an address is among the per-CPU areas.</summary>
/// <param name="Cpu">Whose copy; null when the address is a per-CPU pointer, which stands for all copies.</param>
/// <param name="Pointer">The per-CPU pointer: what is the same for all CPUs.</param>
/// <param name="Symbol">The static variable and the offset in it; null for allocated memory.</param>
/// <param name="ModuleName">The module whose per-CPU variables it is among; null for the kernel's and allocated ones.</param>
/// <param name="IsDynamic">True for memory from alloc_percpu().</param>
public sealed record PerCpuPlace(int? Cpu, VirtAddr Pointer, SymbolHit? Symbol, string? ModuleName, bool IsDynamic);
