// PageTableSearch: finds an x86_64 kernel image through page tables, when no header tells where it is.
using System.Buffers.Binary;
using System.Text;
using VaQuest.Binary;
using VaQuest.Dumps;

namespace VaQuest.Kernel.Recovery;

/// <summary>
/// Every page table of an x86_64 machine maps the kernel image at the same virtual address (arch/x86/mm/pgtable.c copies the kernel's half), and
/// cleanup_highmap() leaves nothing else mapped below it: the first mapped address above __START_KERNEL_map is _text. A place is believed when
/// the kernel's banner lies behind it.
/// </summary>
internal sealed class PageTableSearch(Vmcore dump)
{
    private const ulong Present = 1;
    private const ulong LargePage = 1 << 7;
    private const ulong AddressBits = 0x000f_ffff_ffff_f000;
    private const int TableBytes = 4096;

    /// <summary>CR3's PCID, flags and, with page-table isolation, the bit that selects the user's half of a pair of tables.</summary>
    private const ulong UserTableBit = 1 << 12;

    /// <summary>CR4.LA57.</summary>
    private const ulong FiveLevels = 1 << 12;

    /// <summary>The banner is read-only data behind the text: 32 to 48 MiB from the start in the largest kernels.</summary>
    private const int MaxBannerDistance = 128 << 20;

    private const int ChunkBytes = 1 << 20;

    private static readonly byte[] s_banner = [.. "Linux version "u8];

    private readonly byte[] _table = new byte[TableBytes];

    /// <summary>The release in the kernel's banner, when a place was found.</summary>
    public string? Release { get; private set; }

    /// <summary>The kernel image by the control registers of any CPU; null when none leads to one.</summary>
    public KernelImagePlace? FindByRegisters()
    {
        foreach (QemuCpuState cpu in dump.QemuCpus)
        {
            int levels = (cpu.Cr4 & FiveLevels) != 0 ? 5 : 4;
            foreach (ulong root in new[] { cpu.Cr3 & AddressBits & ~UserTableBit, cpu.Cr3 & AddressBits })
            {
                if (FindByRoot(new PhysAddr(root), levels) is { } place)
                {
                    return place;
                }
            }
        }

        return null;
    }

    /// <summary>The kernel image by its banner and a page table near it: the kernel's own tables lie in its image.</summary>
    public KernelImagePlace? FindByBanner(ulong budgetBytes)
    {
        const int MaxBanners = 32;
        int seen = 0;
        foreach (PhysAddr at in new PhysicalScan(dump).Find(s_banner, budgetBytes))
        {
            if (ReleaseAt(at) is not null && ++seen <= MaxBanners && FindNear(at) is { } place)
            {
                return place;
            }
        }

        return null;
    }

    /// <summary>Where an address is mapped by a place's tables, or null.</summary>
    public PhysAddr? Translate(KernelImagePlace place, VirtAddr address)
    {
        PhysAddr table = place.Root;
        for (int level = place.Levels; level >= 1; level--)
        {
            int shift = 12 + (9 * (level - 1));
            if (!TryReadEntry(table, (int)((address.Value >> shift) & 511), out ulong entry) || (entry & Present) == 0)
            {
                return null;
            }

            ulong frame = entry & AddressBits & ~place.EncryptionMask;
            if (level == 1 || (level <= 3 && (entry & LargePage) != 0))
            {
                ulong inPage = (1UL << shift) - 1;
                return new PhysAddr((frame & ~inPage) | (address.Value & inPage));
            }

            table = new PhysAddr(frame);
        }

        return null;
    }

    /// <summary>
    /// True when the interrupt table of a CPU, read through the place's tables, leads its first vector (divide error) into the kernel image.
    /// </summary>
    public bool IsConfirmedByInterruptTable(KernelImagePlace place)
    {
        Span<byte> gate = stackalloc byte[16];
        foreach (QemuCpuState cpu in dump.QemuCpus)
        {
            if (Translate(place, new VirtAddr(cpu.IdtBase)) is { } at && dump.Memory.Read(at, gate).IsOk)
            {
                // Intel SDM volume 3, 6.14.1: offset 15..0 at 0, 31..16 at 6, 63..32 at 8.
                ulong handler = BinaryPrimitives.ReadUInt16LittleEndian(gate)
                    | ((ulong)BinaryPrimitives.ReadUInt16LittleEndian(gate[6..]) << 16)
                    | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(gate[8..]) << 32);
                if (handler - place.Start.Value < MaxBannerDistance)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private KernelImagePlace? FindNear(PhysAddr banner)
    {
        ulong from = banner.Value > MaxBannerDistance ? (banner.Value - MaxBannerDistance) & ~(ulong)(ChunkBytes - 1) : 0;
        byte[] chunk = new byte[ChunkBytes];
        for (ulong at = from; at < banner.Value + MaxBannerDistance; at += ChunkBytes)
        {
            dump.Memory.Read(new PhysAddr(at), chunk);
            for (int page = 0; page < ChunkBytes; page += TableBytes)
            {
                ulong last = BinaryPrimitives.ReadUInt64LittleEndian(chunk.AsSpan(page + TableBytes - 8));
                bool mayBeTop = (last & Present) != 0 && (last & LargePage) == 0 && (last & AddressBits) != 0;
                var root = new PhysAddr(at + (ulong)page);
                if (mayBeTop && (FindByRoot(root, 4) ?? FindByRoot(root, 5)) is { } place
                    && unchecked(banner.Value - place.Physical.Value) < MaxBannerDistance)
                {
                    return place;
                }
            }
        }

        return null;
    }

    private KernelImagePlace? FindByRoot(PhysAddr root, int levels)
    {
        ulong mask = 0;
        PhysAddr table = root;
        for (int level = levels; level > 2; level--)
        {
            int index = level == 3 ? 510 : 511;
            if (!TryReadEntry(table, index, out ulong entry) || (entry & Present) == 0 || (level == 3 && (entry & LargePage) != 0))
            {
                return null;
            }

            mask |= EncryptionBitOf(entry);
            table = new PhysAddr(entry & AddressBits & ~mask);
        }

        return FirstMapped(table, mask) is { } first && HasBanner(first.Physical)
            ? new KernelImagePlace(root, levels, first.Start, first.Physical, mask)
            : null;
    }

    private (VirtAddr Start, PhysAddr Physical)? FirstMapped(PhysAddr table, ulong mask)
    {
        if (!dump.Memory.Read(table, _table).IsOk)
        {
            return null;
        }

        for (int i = 0; i < 512; i++)
        {
            ulong entry = BinaryPrimitives.ReadUInt64LittleEndian(_table.AsSpan(i * 8));
            if ((entry & Present) == 0)
            {
                continue;
            }

            var start = new VirtAddr(KernelImagePlace.KernelMap + ((ulong)i << 21));
            ulong frame = entry & AddressBits & ~mask;
            if ((entry & LargePage) != 0)
            {
                return (start, new PhysAddr(frame & ~0x1fffffUL));
            }

            for (int j = 0; j < 512; j++)
            {
                if (!TryReadEntry(new PhysAddr(frame), j, out ulong leaf))
                {
                    return null;
                }

                if ((leaf & Present) != 0)
                {
                    return (start + ((ulong)j << 12), new PhysAddr(leaf & AddressBits & ~mask));
                }
            }
        }

        return null;
    }

    /// <summary>AMD SME and SEV mark entries in bit 47 or 51; no machine has memory there.</summary>
    private ulong EncryptionBitOf(ulong entry)
    {
        ulong highest = dump.Ranges.Count == 0 ? 1UL << 46 : dump.Ranges.Max(range => unchecked(range.Start.Value + range.Length));
        foreach (int bit in new[] { 47, 51 })
        {
            if (((entry >> bit) & 1) != 0 && highest <= 1UL << bit)
            {
                return 1UL << bit;
            }
        }

        return 0;
    }

    private bool HasBanner(PhysAddr start)
    {
        byte[] chunk = new byte[ChunkBytes + 64];
        for (int at = 0; at < MaxBannerDistance; at += ChunkBytes)
        {
            int got = dump.Memory.Read(start + (ulong)at, chunk).BytesRead;
            for (int from = 0; got - from > 0 && chunk.AsSpan(from, got - from).IndexOf(s_banner) is >= 0 and var hit; from += hit + 1)
            {
                if (ReleaseAt(start + (ulong)(at + from + hit)) is { } release)
                {
                    Release = release;
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The release in a banner "Linux version 6.1.0-… (builder) (compiler) #1 …"; null when it is only a format or a fragment.</summary>
    private string? ReleaseAt(PhysAddr banner)
    {
        byte[] bytes = new byte[s_banner.Length + 320];
        int got = dump.Memory.Read(banner, bytes).BytesRead;
        if (got <= s_banner.Length || !char.IsAsciiDigit((char)bytes[s_banner.Length]))
        {
            return null;
        }

        string text = Encoding.Latin1.GetString(bytes, s_banner.Length, got - s_banner.Length);
        int end = text.IndexOf(' ', StringComparison.Ordinal);
        bool isWhole = end is > 0 and < 65 && text.Contains('#', StringComparison.Ordinal) && text.AsSpan(end).StartsWith(" (");
        return isWhole ? text[..end] : null;
    }

    private bool TryReadEntry(PhysAddr table, int index, out ulong entry)
    {
        Span<byte> bytes = stackalloc byte[8];
        bool isRead = dump.Memory.Read(table + ((ulong)index * 8), bytes).IsOk;
        entry = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return isRead;
    }
}
