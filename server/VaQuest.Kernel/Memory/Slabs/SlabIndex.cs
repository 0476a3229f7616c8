// SlabIndex: all slabs of the kernel, found by looking at every struct page.
using VaQuest.Binary;
using VaQuest.Kernel.Memory.Pages;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>
/// Full slabs are on no list of an ordinary kernel: only the page structures tell them. 64 bytes are read for each page of memory, section by section,
/// by all CPUs of this machine. Immutable.
/// </summary>
internal sealed class SlabIndex
{
    /// <summary>Page structures that are read at a time: 64 KiB.</summary>
    private const int ChunkPages = 1024;

    /// <summary>Slabs that are kept, 16 bytes each; a machine with 1 TiB all in slabs of 32 KiB has as many.</summary>
    private const int MaxSlabs = 1 << 25;

    private readonly List<ulong> _pages = [];
    private readonly List<ulong> _caches = [];

    private SlabIndex()
    {
    }

    /// <summary>Page structures that could not be read: slabs among them are missing here.</summary>
    public ulong MissingPages { get; private set; }

    public bool IsCut { get; private set; }

    /// <summary>Looks at all page structures. Throws <see cref="OperationCanceledException"/>.</summary>
    public static SlabIndex Read(LinuxKernel kernel, SlabPages pages, CancellationToken cancellation)
    {
        var index = new SlabIndex();
        PageMap map = kernel.PageMap;
        ulong perPart = map.Sections?.PagesPerSection ?? 32768;
        if (map.PageStructBytes == 0 || map.MaxPfn == 0)
        {
            return index;
        }

        int parts = (int)Math.Min((map.MaxPfn + perPart - 1) / perPart, 1 << 20);
        var found = new Part[parts];
        Parallel.For(0, parts, new ParallelOptions { CancellationToken = cancellation }, part =>
            found[part] = ReadPart(kernel, pages, (ulong)part * perPart, Math.Min(perPart, map.MaxPfn - ((ulong)part * perPart))));
        foreach (Part part in found)
        {
            index.MissingPages += part.Missing;
            int room = Math.Min(part.Pages.Count, MaxSlabs - index._pages.Count);
            index.IsCut |= room < part.Pages.Count;
            index._pages.AddRange(part.Pages.GetRange(0, room));
            index._caches.AddRange(part.Caches.GetRange(0, room));
        }

        return index;
    }

    /// <summary>The descriptors of a cache's slabs, by physical address.</summary>
    public IEnumerable<VirtAddr> SlabsOf(VirtAddr cache)
    {
        for (int i = 0; i < _pages.Count; i++)
        {
            if (_caches[i] == cache.Value)
            {
                yield return new VirtAddr(_pages[i]);
            }
        }
    }

    private static Part ReadPart(LinuxKernel kernel, SlabPages pages, ulong firstPfn, ulong count)
    {
        var part = new Part();
        if (kernel.PageMap.FindPage(new Pfn(firstPfn), out _) is not { } first)
        {
            return part;
        }

        int size = (int)kernel.PageMap.PageStructBytes;
        byte[] bytes = new byte[ChunkPages * size];
        for (ulong at = 0; at < count; at += ChunkPages)
        {
            int wanted = (int)Math.Min(ChunkPages, count - at);
            VirtAddr chunk = first + (at * (ulong)size);
            int got = kernel.Reader.Read(chunk, bytes.AsSpan(0, wanted * size)).BytesRead / size;
            AddChunk(part, kernel, pages, bytes.AsSpan(0, got * size), chunk);

            // What one missing page of structures hides is at most the rest of the chunk: those are tried one by one.
            for (int i = got; i < wanted; i++)
            {
                VirtAddr page = chunk + (ulong)(i * size);
                if (kernel.Reader.Read(page, bytes.AsSpan(0, size)).IsOk)
                {
                    AddChunk(part, kernel, pages, bytes.AsSpan(0, size), page);
                }
                else
                {
                    part.Missing++;
                }
            }
        }

        return part;
    }

    private static void AddChunk(Part part, LinuxKernel kernel, SlabPages pages, ReadOnlySpan<byte> bytes, VirtAddr first)
    {
        int size = (int)kernel.PageMap.PageStructBytes;
        for (int at = 0; at + size <= bytes.Length; at += size)
        {
            ulong cache = pages.CacheOf(bytes.Slice(at, size));
            if (cache != 0)
            {
                part.Pages.Add((first + (ulong)at).Value);
                part.Caches.Add(cache);
            }
        }
    }

    private sealed class Part
    {
        public List<ulong> Pages { get; } = [];

        public List<ulong> Caches { get; } = [];

        public ulong Missing { get; set; }
    }
}
