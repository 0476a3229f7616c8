// I386AddressTranslator: kernel virtual to physical addresses on i386.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Dumps;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Arch.I386;

/// <summary>
/// By the kernel's page tables: two levels of 1024 entries, with PAE a table of four entries and two levels of 512. Where tables are missing or not
/// known, the linear mapping of the lowest 896 MiB answers; the kernel image lies in it.
/// </summary>
public sealed class I386AddressTranslator : IAddressTranslator, IUserSpaceTranslator
{
    /// <summary>With a split of 3 GiB to 1, 128 MiB are kept for vmalloc and fixed mappings (MAXMEM).</summary>
    private const ulong ReservedBytes = 128 << 20;

    private const ulong EndOfSpace = 1UL << 32;
    private const ulong Present = 1;
    private const ulong LargePage = 1 << 7;

    /// <summary>The highest bit says no-execute; no machine of this architecture has more than 36 to 52 bits of addresses.</summary>
    private const ulong AddressBits = 0x000f_ffff_ffff_f000;

    private readonly IPhysicalMemory _physical;
    private readonly I386PagingConfig _config;
    private Func<VirtAddr?>? _findRoot;
    private Tables? _tables;
    private int _asked;

    public I386AddressTranslator(IPhysicalMemory physical, I386PagingConfig config)
    {
        _physical = physical;
        _config = config;
        _tables = config.Root is { } root ? new Tables(root, config.HasExtension ?? LooksExtended(root)) : null;
    }

    /// <summary>Tells how to find swapper_pg_dir when the dump does not say: it is asked once, when an address outside the linear mapping comes.</summary>
    public void SetRootFinder(Func<VirtAddr?> find) => _findRoot = find;

    public Translation Translate(VirtAddr address)
    {
        if (address.Value >= EndOfSpace)
        {
            return Translation.Failed(ReadStatus.Unmapped);
        }

        if (address.Value < _config.PageOffset)
        {
            return Translation.Failed(ReadStatus.Unmapped);
        }

        Translation walked = TablesFor(address) is { } tables ? Walk(tables, address) : Translation.Failed(ReadStatus.NotInDump);
        return walked.Status is ReadStatus.Ok or ReadStatus.Unmapped ? walked : FromLinear(address, walked);
    }

    /// <summary>Walks a process' tables, which have the form of the kernel's; the kernel's own have told which that is.</summary>
    public Translation TranslateUser(PhysAddr root, VirtAddr address) =>
        address.Value >= EndOfSpace ? Translation.Failed(ReadStatus.Unmapped)
            : (_config.HasExtension ?? Volatile.Read(ref _tables)?.IsExtended) is { } isExtended ? Walk(new Tables(root, isExtended), address)
            : Translation.Failed(ReadStatus.NotInDump);

    private Tables? TablesFor(VirtAddr address)
    {
        // Finding them reads symbols through this same translation: whoever comes meanwhile goes by the linear mapping.
        if (_tables is null && !IsLinear(address) && Interlocked.Exchange(ref _asked, 1) == 0 && _findRoot?.Invoke() is { } top && IsLinear(top))
        {
            var root = new PhysAddr(top.Value - _config.PageOffset);
            Volatile.Write(ref _tables, new Tables(root, _config.HasExtension ?? LooksExtended(root)));
        }

        return Volatile.Read(ref _tables);
    }

    private bool IsLinear(VirtAddr address) =>
        address.Value >= _config.PageOffset && address.Value < EndOfSpace - ReservedBytes;

    private Translation FromLinear(VirtAddr address, Translation walked)
    {
        if (!IsLinear(address))
        {
            return walked;
        }

        var physical = new PhysAddr(address.Value - _config.PageOffset);
        return new Translation(ReadStatus.Ok, physical, 4096 - (address.Value & 0xfff), TranslationMethod.DirectMap);
    }

    private Translation Walk(Tables tables, VirtAddr address)
    {
        int entryBytes = tables.IsExtended ? 8 : 4;
        PhysAddr table = tables.Root;
        if (tables.IsExtended)
        {
            ReadStatus top = ReadEntry(table, address.Value >> 30, entryBytes, out ulong directory);
            if (top != ReadStatus.Ok || (directory & Present) == 0)
            {
                return Translation.Failed(top == ReadStatus.Ok ? ReadStatus.Unmapped : top);
            }

            table = new PhysAddr(directory & AddressBits);
        }

        int largeShift = tables.IsExtended ? 21 : 22;
        ulong indexMask = tables.IsExtended ? 511u : 1023u;
        ReadStatus status = ReadEntry(table, (address.Value >> largeShift) & indexMask, entryBytes, out ulong entry);
        if (status == ReadStatus.Ok && (entry & Present) != 0 && (entry & LargePage) != 0)
        {
            return Leaf(entry, largeShift, address, tables.IsExtended);
        }

        if (status == ReadStatus.Ok && (entry & Present) != 0)
        {
            status = ReadEntry(new PhysAddr(entry & AddressBits), (address.Value >> 12) & indexMask, entryBytes, out entry);
        }

        if (status != ReadStatus.Ok)
        {
            return Translation.Failed(status);
        }

        return (entry & Present) == 0 ? Translation.Failed(ReadStatus.Unmapped) : Leaf(entry, 12, address, tables.IsExtended);
    }

    private static Translation Leaf(ulong entry, int shift, VirtAddr address, bool isExtended)
    {
        ulong pageBytes = 1UL << shift;
        ulong frame = entry & AddressBits & ~(pageBytes - 1);
        if (shift == 22 && !isExtended)
        {
            // Large pages without PAE carry address bits 39..32 in bits 20..13 (PSE-36).
            frame |= ((entry >> 13) & 0xff) << 32;
        }

        ulong inPage = address.Value & (pageBytes - 1);
        return new Translation(ReadStatus.Ok, new PhysAddr(frame | inPage), pageBytes - inPage, TranslationMethod.PageTables);
    }

    /// <summary>A table of four entries: the kernel's is there, its upper half and the reserved bits are clear.</summary>
    private bool LooksExtended(PhysAddr root)
    {
        const ulong Reserved = 0xfff0_0000_0000_01e6;
        ReadStatus status = ReadEntry(root, 3, 8, out ulong last);
        return status == ReadStatus.Ok && (last & Present) != 0 && (last & Reserved) == 0 && (last & AddressBits) != 0;
    }

    private ReadStatus ReadEntry(PhysAddr table, ulong index, int size, out ulong entry)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        ReadOutcome outcome = _physical.Read(table + (index * (ulong)size), bytes[..size]);
        entry = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return outcome.Status;
    }

    private sealed record Tables(PhysAddr Root, bool IsExtended);
}
