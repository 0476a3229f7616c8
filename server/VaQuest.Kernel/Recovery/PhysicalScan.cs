// PhysicalScan: walks through a dump's physical memory from the lowest address up, within a budget.
using VaQuest.Binary;
using VaQuest.Dumps;

namespace VaQuest.Kernel.Recovery;

/// <summary>Looks for byte patterns in physical memory. Pages that are missing are stepped over.</summary>
internal sealed class PhysicalScan(Vmcore dump)
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Bytes kept from the end of a chunk, so that a pattern across two chunks is found: longer than every pattern.</summary>
    private const int CarryBytes = 64;

    private readonly byte[] _buffer = new byte[CarryBytes + ChunkBytes];

    /// <summary>Bytes looked at by the last search so far, missing ones included.</summary>
    public ulong Scanned { get; private set; }

    /// <summary>Physical addresses of a pattern, ascending, as they are found. Ends at the end of memory or of the budget.</summary>
    /// <param name="pattern">At most <see cref="CarryBytes"/> bytes.</param>
    /// <param name="budgetBytes">Most bytes to look at.</param>
    public IEnumerable<PhysAddr> Find(byte[] pattern, ulong budgetBytes)
    {
        Scanned = 0;
        foreach ((PhysAddr start, int count) in ReadChunks(budgetBytes))
        {
            int at = 0;
            while (_buffer.AsSpan(at, count - at).IndexOf(pattern) is >= 0 and var hit)
            {
                yield return start + (ulong)(at + hit);
                at += hit + 1;
            }
        }
    }

    /// <summary>Fills the buffer again and again; each turn gives the address of its first byte and the count of bytes.</summary>
    private IEnumerable<(PhysAddr Start, int Count)> ReadChunks(ulong budgetBytes)
    {
        foreach (PhysicalRange range in dump.Pages?.EnumeratePresent() ?? dump.Ranges)
        {
            int carry = 0;
            for (ulong at = 0; at < range.Length && Scanned < budgetBytes;)
            {
                int wanted = (int)Math.Min((ulong)ChunkBytes, range.Length - at);
                PhysAddr start = range.Start + at;
                ReadOutcome outcome = dump.Memory.Read(start, _buffer.AsSpan(carry, wanted));
                int got = outcome.BytesRead;
                if (got > 0)
                {
                    yield return (start - (ulong)carry, carry + got);
                }

                // After a hole the next page begins a new stretch.
                ulong stepped = got == wanted ? (ulong)got : NextPage(start + (ulong)got) - start;
                int kept = got == wanted ? Math.Min(CarryBytes, carry + got) : 0;
                _buffer.AsSpan(carry + got - kept, kept).CopyTo(_buffer);
                carry = kept;
                at += stepped;
                Scanned += stepped;
            }
        }
    }

    private PhysAddr NextPage(PhysAddr address)
    {
        ulong page = (ulong)Math.Max(512, dump.PageSize);
        return new PhysAddr((address.Value | (page - 1)) + 1);
    }
}
