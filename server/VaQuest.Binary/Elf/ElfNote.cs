// ElfNote: one note of a note section or segment.
namespace VaQuest.Binary.Elf;

/// <summary>A note (gABI, "Note Section").</summary>
/// <param name="Owner">Name without its NUL, as "GNU" or "CORE".</param>
/// <param name="Type">n_type, meaningful together with the owner.</param>
/// <param name="Descriptor">The payload.</param>
public sealed record ElfNote(string Owner, uint Type, ByteRegion Descriptor)
{
    /// <summary>NT_GNU_BUILD_ID of owner "GNU".</summary>
    public const uint GnuBuildId = 3;
}
