// KernelSymbol: a named address of the running kernel or a module.
using VaQuest.Binary;

namespace VaQuest.Kernel.Symbols;

/// <summary>A symbol at its run-time address.</summary>
/// <param name="Name">As the kernel has it, with suffixes such as .isra.0.</param>
/// <param name="Address">Run-time virtual address.</param>
/// <param name="Size">Bytes to the next symbol, as the kernel prints it in traces; 0 when unknown.</param>
/// <param name="Type">Type letter as in /proc/kallsyms: t, T, d, D, b, …</param>
/// <param name="Module">Module name, or null for the kernel image.</param>
public sealed record KernelSymbol(string Name, VirtAddr Address, ulong Size, char Type, string? Module)
{
    public bool IsText => Type is 't' or 'T' or 'w' or 'W';
}
