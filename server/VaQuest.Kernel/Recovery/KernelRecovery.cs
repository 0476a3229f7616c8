// KernelRecovery: finds a kernel in memory when the dump does not say where it is.
using System.Globalization;
using System.Text;
using VaQuest.Binary;
using VaQuest.Dumps;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel.Arch.X86_64;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Kernel.Recovery;

/// <summary>
/// Gives a dump without VMCOREINFO (from a hypervisor, a memory imager, an old dump system) what VMCOREINFO would have said: the kernel's own text
/// found in its memory, or the few facts that matter, worked out from control registers and page tables. Never throws on data.
/// </summary>
public static class KernelRecovery
{
    /// <summary>Looked through for the text before anything else is tried: two seconds at most.</summary>
    private const ulong FirstBudget = 4UL << 30;

    /// <summary>Looked through when everything else has failed.</summary>
    private const ulong LastBudget = 64UL << 30;

    /// <summary>The same dump when it says enough or was completed before; else a dump with a <see cref="Vmcore.Supplement"/>.</summary>
    public static Vmcore Complete(Vmcore dump)
    {
        if (dump.Supplement is not null || SaysEnough(dump))
        {
            return dump;
        }

        var scan = new VmcoreinfoScan(dump);
        VmcoreinfoSupplements found = new(dump);
        return dump.WithSupplement(
            (dump.Vmcoreinfo.IsEmpty && scan.Find(FirstBudget) is { } text ? found.FromMemory(text) : null)
            ?? (MayBeX86(dump) ? FromPageTables(dump, scan, found) : null)
            ?? (dump.Vmcoreinfo.IsEmpty && dump.PhysicalBytes > FirstBudget && scan.Find(LastBudget) is { } late ? found.FromMemory(late) : null)
            ?? VmcoreinfoSupplements.Nothing(dump));
    }

    private static bool SaysEnough(Vmcore dump) =>
        !dump.Vmcoreinfo.IsEmpty && (dump.Architecture != "x86_64" || dump.Vmcoreinfo.FindNumber("phys_base") is not null);

    private static bool MayBeX86(Vmcore dump) => dump.Architecture is "x86_64" or "unknown";

    private static VmcoreSupplement? FromPageTables(Vmcore dump, VmcoreinfoScan scan, VmcoreinfoSupplements found)
    {
        var search = new PageTableSearch(dump);
        KernelImagePlace? byRegisters = search.FindByRegisters();
        if ((byRegisters ?? search.FindByBanner(FirstBudget)) is not { } place)
        {
            return null;
        }

        VmcoreinfoTable derived = Derive(dump, search, place, topTable: null);
        KallsymsSource? symbols = OpenSymbols(dump, place, derived);
        VirtAddr? top = symbols?.FindAddress("init_top_pgt") ?? symbols?.FindAddress("init_level4_pgt");
        if (symbols?.FindAddress("vmcoreinfo_data") is { } data && ReadPointer(dump, search, place, data) is { } at
            && search.Translate(place, at) is { } physical && scan.ReadAt(physical) is { IsConfirmed: true } text)
        {
            return found.FromMemory(text);
        }

        bool isConfirmed = search.IsConfirmedByInterruptTable(place);
        string how = byRegisters is null
            ? "from the kernel's banner and a page table near it"
            : "from the page tables in use" + (isConfirmed ? ", which its interrupt table confirms" : "");
        return VmcoreinfoSupplements.Derived(place, Derive(dump, search, place, top), how);
    }

    private static VirtAddr? ReadPointer(Vmcore dump, PageTableSearch search, KernelImagePlace place, VirtAddr at)
    {
        Span<byte> bytes = stackalloc byte[8];
        return search.Translate(place, at) is { } physical && dump.Memory.Read(physical, bytes).IsOk
            ? new VirtAddr(System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes))
            : null;
    }

    private static KallsymsSource? OpenSymbols(Vmcore dump, KernelImagePlace place, VmcoreinfoTable derived)
    {
        var config = new X86PagingConfig { PhysBase = place.PhysBase, KernelImageBytes = 1UL << 30 };
        var memory = new KernelMemory(dump.Memory, new X86AddressTranslator(dump.Memory, config));
        try
        {
            return KallsymsSource.Open(new KernelReader(memory), derived, _ => null, _ => { });
        }
        catch (DumpFormatException)
        {
            return null;
        }
    }

    /// <summary>The keys that the rest of the kernel layer asks for, after those that the dump has.</summary>
    private static VmcoreinfoTable Derive(Vmcore dump, PageTableSearch search, KernelImagePlace place, VirtAddr? topTable)
    {
        var text = new StringBuilder(dump.Vmcoreinfo.Text);
        void Add(string key, FormattableString value)
        {
            if (dump.Vmcoreinfo.Find(key) is null)
            {
                text.Append(CultureInfo.InvariantCulture, $"{key}=").Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
            }
        }

        Add("OSRELEASE", $"{search.Release}");
        Add("PAGESIZE", $"4096");
        Add("SYMBOL(_text)", $"{place.Start.Value:x}");
        Add("SYMBOL(_stext)", $"{place.Start.Value:x}");
        Add("NUMBER(phys_base)", $"{place.PhysBase}");
        Add("NUMBER(pgtable_l5_enabled)", $"{(place.Levels == 5 ? 1 : 0)}");
        Add("NUMBER(KERNEL_IMAGE_SIZE)", $"{1 << 30}");
        Add("NUMBER(sme_mask)", $"{place.EncryptionMask}");
        Add("KERNELOFFSET", $"{place.KaslrOffset:x}");
        if (topTable is { } top)
        {
            Add("SYMBOL(init_top_pgt)", $"{top.Value:x}");
        }

        return VmcoreinfoTable.Parse(Encoding.Latin1.GetBytes(text.ToString()));
    }
}
