// ElfSegment: one PT_LOAD of an ELF dump that is written.
namespace VaQuest.Dumps.Writing;

/// <summary>Pages [Start, End) of RAM, of which the first <paramref name="Stored"/> are in the file from an offset on.</summary>
internal sealed record ElfSegment(ulong Start, ulong End, ulong Stored, long Offset);
