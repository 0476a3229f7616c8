// CachedPages: recently read pages in a fixed amount of memory, read without locks.
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VaQuest.Dumps.PageCache;

/// <summary>
/// A set-associative cache of whole pages by page frame number. A slot carries a version that is odd while its bytes change: a reader
/// copies and then checks that the version stayed, so readers never wait, and a copy torn by a writer is a miss. Nothing is allocated
/// after construction, and memory that was never used stays untouched.
/// </summary>
internal sealed class CachedPages
{
    /// <summary>
    /// Slots that one page may be in. With 8, a quarter of the cache filled with pages from anywhere loses less than one in a thousand to
    /// collisions; with 4 it is one in two hundred.
    /// </summary>
    private const int Ways = 8;

    private readonly int _pageSize;
    private readonly int _setMask;
    private readonly byte[] _bytes;
    private readonly Slot[] _slots;
    private readonly int[] _nextWay;

    /// <param name="pageSize">Page size in bytes.</param>
    /// <param name="capacityBytes">Memory to use in bytes; rounded down to a power of two of sets, one set at least.</param>
    public CachedPages(int pageSize, int capacityBytes)
    {
        int sets = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, capacityBytes / pageSize / Ways) + 1) >> 1;
        _pageSize = pageSize;
        _setMask = sets - 1;
        _bytes = GC.AllocateUninitializedArray<byte>(sets * Ways * pageSize);
        _slots = new Slot[sets * Ways];
        _nextWay = new int[sets];
    }

    /// <summary>Copies part of a page when it is cached. On a miss the destination's content is undefined.</summary>
    public bool TryRead(ulong pfn, int offset, Span<byte> destination)
    {
        int first = SetOf(pfn) * Ways;
        for (int i = first; i < first + Ways; i++)
        {
            ref Slot slot = ref _slots[i];
            int version = Volatile.Read(ref slot.Version);
            if ((version & 1) != 0 || version == 0 || Volatile.Read(ref slot.Pfn) != pfn)
            {
                continue;
            }

            _bytes.AsSpan((i * _pageSize) + offset, destination.Length).CopyTo(destination);
            Volatile.ReadBarrier();
            if (Volatile.Read(ref slot.Version) == version)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Keeps a page. Does nothing when another thread is writing the same slot: a cache may forget.</summary>
    public void Store(ulong pfn, ReadOnlySpan<byte> page)
    {
        int set = SetOf(pfn);
        int way = unchecked(_nextWay[set]++) & (Ways - 1);
        int index = (set * Ways) + way;
        ref Slot slot = ref _slots[index];
        int version = Volatile.Read(ref slot.Version);
        if ((version & 1) != 0 || Interlocked.CompareExchange(ref slot.Version, version + 1, version) != version)
        {
            return;
        }

        slot.Pfn = pfn;
        page.CopyTo(_bytes.AsSpan(index * _pageSize, _pageSize));
        Volatile.Write(ref slot.Version, NextVersion(version));
    }

    /// <summary>The next even version; 0 stays reserved for a slot never used.</summary>
    private static int NextVersion(int version) => version == int.MaxValue - 1 ? 2 : version + 2;

    /// <summary>Fibonacci hashing: pages of one huge page spread over all sets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SetOf(ulong pfn) => (int)(unchecked(pfn * 0x9E3779B97F4A7C15UL) >> 40) & _setMask;

    private struct Slot
    {
        public ulong Pfn;
        public int Version;
    }
}
