// XenCoreWriter: writes core files of Xen guests for tests.
namespace VaQuest.TestKit.Dumps;

/// <summary>
/// Builds what xl dump-core writes: an ELF file of sections. Recipe:
/// <code>new XenCoreWriter().Page(5, bytes).ToArray()</code> is a guest with hardware virtualisation; with machine frames given it is
/// a paravirtualised one.
/// </summary>
public sealed class XenCoreWriter
{
    private const int SectionHeaderBytes = 64;

    private readonly List<(ulong Pfn, ulong? MachineFrame, byte[] Bytes)> _pages = [];
    private readonly List<byte[]> _cpus = [];
    private readonly Dictionary<string, long> _places = [];

    /// <summary>e_machine; 62 is x86_64.</summary>
    public ushort Machine { get; init; } = 62;

    public ulong PageSize { get; init; } = 4096;

    /// <summary>True: .xen_p2m instead of .xen_pfn.</summary>
    public bool IsParavirtual { get; init; }

    /// <summary>Where each section and field was put by the last <see cref="ToArray"/>.</summary>
    public IReadOnlyDictionary<string, long> Places => _places;

    public XenCoreWriter Page(ulong pfn, byte[] bytes, ulong? machineFrame = null)
    {
        _pages.Add((pfn, machineFrame, bytes));
        return this;
    }

    /// <summary>A virtual CPU of x86_64, from a register note: 27 words in the order of user_regs_struct.</summary>
    public XenCoreWriter Cpu(byte[] registers)
    {
        var context = new WireWriter();
        context.Zeros(5168);
        context.At(520).Bytes(registers.AsSpan(0, 15 * 8)).At(648);
        int[] places = [648, 656, 664, 672, 680, 5144, 5152, 696, 688, 704, 712];
        for (int i = 0; i < places.Length; i++)
        {
            context.At(places[i]).Bytes(registers.AsSpan((16 + i) * 8, 8));
        }

        _cpus.Add(context.ToArray()[..5168]);
        return this;
    }

    public byte[] ToArray()
    {
        var header = new WireWriter();
        header.U64(IsParavirtual ? 0xf00febed : 0xf00febee).U64((ulong)_cpus.Count).U64((ulong)_pages.Count).U64(PageSize);
        byte[] notes = new NoteWriter().Add("Xen", 0x2000000, []).Add("Xen", 0x2000001, header.ToArray()).Add("Xen", 0x2000003, [1, 0, 0, 0, 0, 0, 0, 0]).ToArray();
        var table = new WireWriter();
        foreach ((ulong pfn, ulong? machineFrame, byte[] _) in _pages)
        {
            table.U64(pfn);
            if (IsParavirtual)
            {
                table.U64(machineFrame ?? pfn);
            }
        }

        (string Name, byte[] Bytes)[] sections =
        [
            ("", []), (".shstrtab", []), (".note.Xen", notes), (".xen_prstatus", [.. _cpus.SelectMany(cpu => cpu)]), (".xen_shared_info", new byte[4096]),
            (".xen_pages", [.. _pages.SelectMany(page => page.Bytes)]), (IsParavirtual ? ".xen_p2m" : ".xen_pfn", table.ToArray()),
        ];
        return Write(sections);
    }

    private byte[] Write((string Name, byte[] Bytes)[] sections)
    {
        var names = new WireWriter();
        long[] nameAt = new long[sections.Length];
        for (int i = 0; i < sections.Length; i++)
        {
            nameAt[i] = names.Position;
            names.Text(sections[i].Name, sections[i].Name.Length + 1);
        }

        sections[1].Bytes = names.ToArray();
        var file = new WireWriter();
        file.Bytes([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).Zeros(9).U16(4).U16(Machine).U32(1).U64(0).U64(0);
        Place("e_shoff", file).U64(64).U32(0).U16(64).U16(0).U16(0).U16(SectionHeaderBytes);
        Place("e_shnum", file).U16((ushort)sections.Length);
        Place("e_shstrndx", file).U16(1);
        long at = 64 + (SectionHeaderBytes * (long)sections.Length);
        for (int i = 0; i < sections.Length; i++)
        {
            file.At(64 + (SectionHeaderBytes * (long)i)).U32((uint)nameAt[i]).U32(1).U64(0).U64(0);
            Place(sections[i].Name + " sh_offset", file).U64((ulong)at);
            Place(sections[i].Name + " sh_size", file).U64((ulong)sections[i].Bytes.Length).U32(0).U32(0).U64(0).U64(0);
            _places[sections[i].Name] = at;
            file.At(at).Bytes(sections[i].Bytes);
            at += sections[i].Bytes.Length;
        }

        return file.ToArray();
    }

    private WireWriter Place(string name, WireWriter file)
    {
        _places[name] = file.Position;
        return file;
    }
}
