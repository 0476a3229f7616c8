// IPhysicalMemory: the one seam through which every dump format gives the crashed machine's memory.
using VaQuest.Binary;

namespace VaQuest.Dumps;

/// <summary>The physical memory of a crashed machine. Safe for concurrent readers.</summary>
public interface IPhysicalMemory
{
    /// <summary>
    /// Fills <paramref name="destination"/> from a physical address. Never throws on data: what is missing is told by the outcome, whose
    /// fault address is the first physical address that is missing; bytes after it are cleared.
    /// </summary>
    ReadOutcome Read(PhysAddr address, Span<byte> destination);
}
