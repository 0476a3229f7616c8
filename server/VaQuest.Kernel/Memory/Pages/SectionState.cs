// SectionState: whether a section of physical memory is there and in use.
namespace VaQuest.Kernel.Memory.Pages;

/// <summary>What section_mem_map of a section says.</summary>
/// <param name="IsPresent">There is memory (SECTION_MARKED_PRESENT).</param>
/// <param name="HasMap">Its struct pages exist.</param>
/// <param name="IsOnline">Its pages were given to the page allocator (since 4.13).</param>
/// <param name="IsEarly">It was there at boot (since 5.3).</param>
/// <param name="EncodedMap">Address of its struct pages, less that of as many as lie before it; without vmemmap this is how they are found.</param>
public sealed record SectionState(bool IsPresent, bool HasMap, bool IsOnline, bool IsEarly, ulong EncodedMap)
{
    /// <summary>No memory there.</summary>
    public static readonly SectionState Absent = new(false, false, false, false, 0);
}
