// SourceAddress: a run-time address as debug information knows it.
namespace VaQuest.Kernel.Unwind;

/// <summary>Where an address is in its image's debug information.</summary>
/// <param name="Module">Module name, or null for the kernel image.</param>
/// <param name="Address">Link-time address, or the offset inside <paramref name="Section"/> of a module.</param>
/// <param name="Section">ELF section of a module, or null.</param>
public sealed record SourceAddress(string? Module, ulong Address, string? Section);
