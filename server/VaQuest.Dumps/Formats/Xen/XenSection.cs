// XenSection: one section of a Xen domain's core file.
namespace VaQuest.Dumps.Formats.Xen;

/// <summary>Where a section's bytes are, as its header claims.</summary>
internal sealed record XenSection(uint NameAt, ulong Offset, ulong Size);
