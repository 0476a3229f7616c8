// X86AddressTranslator: kernel virtual to physical addresses on x86_64.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Dumps;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>
/// The kernel image by its linear formula, everything else by the kernel's page tables (4 or 5 levels, 2 MiB and 1 GiB pages). When a
/// table page itself is missing and the direct map's base is known, the direct map's formula answers for addresses inside it.
/// </summary>
public sealed class X86AddressTranslator : IAddressTranslator, IUserSpaceTranslator
{
    /// <summary>__START_KERNEL_map: where the image's link-time address space begins.</summary>
    public const ulong KernelMap = 0xffffffff80000000;

    private const ulong Present = 1;
    private const ulong PageSizeBit = 1UL << 7;
    private const ulong AddressBits = 0x000f_ffff_ffff_f000;
    private const int MaxPhysicalBits = 52;

    private readonly IPhysicalMemory _physical;
    private readonly X86PagingConfig _config;
    private readonly PhysAddr? _root;
    private Func<LinearRange?>? _findDirectMap;
    private LinearRange? _directMap;
    private int _directMapAsked;

    public X86AddressTranslator(IPhysicalMemory physical, X86PagingConfig config)
    {
        _physical = physical;
        _config = config;
        _root = config.TopTable is { } top && IsInKernelImage(top) ? ImageAddress(top) : config.Root;
    }

    /// <summary>The top-level table's physical address, or null when it is not known.</summary>
    public PhysAddr? Root => _root;

    /// <summary>
    /// Tells how to find the direct map (page_offset_base). It is asked once, and only when a page-table page turns out to be missing.
    /// </summary>
    public void SetDirectMap(Func<LinearRange?> find) => _findDirectMap = find;

    public Translation Translate(VirtAddr address)
    {
        if (IsInKernelImage(address))
        {
            PhysAddr physical = ImageAddress(address);
            return physical.Value >> MaxPhysicalBits == 0
                ? new Translation(ReadStatus.Ok, physical, 4096 - (address.Value & 0xfff), TranslationMethod.KernelImage)
                : Translation.Failed(ReadStatus.Unmapped);
        }

        Translation walked = _root is { } root ? Walk(root, address) : Translation.Failed(ReadStatus.NotInDump);
        return walked.Status is ReadStatus.Ok or ReadStatus.Unmapped ? walked : FromDirectMap(address, walked);
    }

    public Translation TranslateUser(PhysAddr root, VirtAddr address) => Walk(root, address);

    /// <summary>Walks page tables from a given top-level table: also for a task's own (mm_struct.pgd).</summary>
    public Translation Walk(PhysAddr top, VirtAddr address)
    {
        int levels = _config.HasFiveLevels ? 5 : 4;
        if (!IsCanonical(address, levels))
        {
            return Translation.Failed(ReadStatus.Unmapped);
        }

        PhysAddr table = top;
        for (int level = levels; level >= 1; level--)
        {
            int shift = 12 + (9 * (level - 1));
            ReadStatus status = ReadEntry(table, (address.Value >> shift) & 511, out ulong entry);
            if (status != ReadStatus.Ok)
            {
                return Translation.Failed(status);
            }

            // A PROT_NONE entry keeps its frame number while Present is clear, inverted since L1TF: no kernel mapping has that form.
            if ((entry & Present) == 0)
            {
                return Translation.Failed(ReadStatus.Unmapped);
            }

            bool isLeaf = level == 1 || (level is 2 or 3 && (entry & PageSizeBit) != 0);
            if (isLeaf)
            {
                return Leaf(entry, shift, address);
            }

            table = new PhysAddr(entry & AddressBits & ~_config.EncryptionMask);
            if (_config.MachineFrames is { } frames && !frames.TryToPhysical(table.Value, out table))
            {
                return Translation.Failed(ReadStatus.NotInDump);
            }
        }

        return Translation.Failed(ReadStatus.Unmapped);
    }

    private static bool IsCanonical(VirtAddr address, int levels)
    {
        int bits = levels == 5 ? 57 : 48;
        long extended = unchecked((long)(address.Value << (64 - bits)) >> (64 - bits));
        return unchecked((ulong)extended) == address.Value;
    }

    private bool IsInKernelImage(VirtAddr address) => address - new VirtAddr(KernelMap) < _config.KernelImageBytes;

    private PhysAddr ImageAddress(VirtAddr address) =>
        new(unchecked(address.Value - KernelMap + (ulong)_config.PhysBase));

    private Translation Leaf(ulong entry, int shift, VirtAddr address)
    {
        // In a large page bit 12 is PAT and the bits up to the page's size are reserved: neither is a part of the address.
        ulong pageBytes = 1UL << shift;
        ulong frame = entry & AddressBits & ~_config.EncryptionMask & ~(pageBytes - 1);
        ulong inPage = address.Value & (pageBytes - 1);
        if (_config.MachineFrames is { } frames)
        {
            // Neighbouring machine frames need not be neighbours in the guest: the answer holds to the end of the small page.
            return frames.TryToPhysical(frame | inPage, out PhysAddr physical)
                ? new Translation(ReadStatus.Ok, physical, 4096 - (address.Value & 0xfff), TranslationMethod.PageTables)
                : Translation.Failed(ReadStatus.NotInDump);
        }

        return new Translation(ReadStatus.Ok, new PhysAddr(frame | inPage), pageBytes - inPage, TranslationMethod.PageTables);
    }

    private ReadStatus ReadEntry(PhysAddr table, ulong index, out ulong entry)
    {
        Span<byte> bytes = stackalloc byte[8];
        ReadOutcome outcome = _physical.Read(table + (index * 8), bytes);
        entry = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return outcome.Status;
    }

    private Translation FromDirectMap(VirtAddr address, Translation walked)
    {
        // Finding it reads symbols through this same translator: whoever comes meanwhile goes without.
        if (Interlocked.Exchange(ref _directMapAsked, 1) == 0)
        {
            Volatile.Write(ref _directMap, _findDirectMap?.Invoke());
        }

        if (Volatile.Read(ref _directMap) is not { } map || address - map.Start >= map.Bytes)
        {
            return walked;
        }

        var physical = new PhysAddr(address - map.Start);
        return new Translation(ReadStatus.Ok, physical, 4096 - (address.Value & 0xfff), TranslationMethod.DirectMap);
    }
}
