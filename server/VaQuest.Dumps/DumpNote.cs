// DumpNote: one ELF note of a dump, for listing.
namespace VaQuest.Dumps;

/// <summary>An ELF note: owner name, type number, and its payload, which is empty when it is too large to keep.</summary>
public sealed record DumpNote(string Name, uint Type, ReadOnlyMemory<byte> Descriptor)
{
    /// <summary>Bytes of the payload in the file.</summary>
    public long Bytes { get; init; } = Descriptor.Length;
}
