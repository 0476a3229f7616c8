// ImageAddress: an address as an ELF file knows it.
namespace VaQuest.Diagnosis.Images;

/// <summary>A link-time address, or, in a module, an offset in a section.</summary>
/// <param name="Value">The address, or the offset in <paramref name="Section"/>.</param>
/// <param name="Section">Section name of a relocatable file; null for a linked one.</param>
public readonly record struct ImageAddress(ulong Value, string? Section);
