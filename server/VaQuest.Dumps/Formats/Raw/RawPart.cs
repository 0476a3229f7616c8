// RawPart: one file of a raw memory image and the address of its first byte.
namespace VaQuest.Dumps.Formats.Raw;

/// <summary>A file at a physical address.</summary>
internal sealed record RawPart(string Path, ulong Address);
