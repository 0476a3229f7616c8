// LkcdWriter: writes LKCD dumps for tests.
namespace VaQuest.TestKit.Dumps;

/// <summary>
/// Builds an LKCD dump of any version, word size and byte order. Pages are written in the order in which they are added. Recipe:
/// <code>new LkcdWriter { Version = 8, Compression = LkcdCompression.Gzip }.Page(1, bytes).Zero(2).ToArray()</code>
/// </summary>
public sealed class LkcdWriter
{
    private readonly List<StoredPage> _pages = [];
    private readonly List<byte[]> _cpus = [];
    private readonly Dictionary<string, long> _places = [];

    public int Version { get; init; } = 9;

    /// <summary>Word size of headers before version 8, and of registers.</summary>
    public int WordSize { get; init; } = 8;

    public bool IsBigEndian { get; init; }

    /// <summary>Marks of Mission Critical's variant; pages then carry page frame numbers.</summary>
    public uint MclxBits { get; init; }

    public int PageSize { get; init; } = 4096;

    public LkcdCompression Compression { get; init; } = LkcdCompression.RunLength;

    public string Machine { get; init; } = "x86_64";

    public string Release { get; init; } = "2.6.5-test";

    public string Panic { get; init; } = "Oops";

    public ulong Magic { get; init; } = 0xa8190173618f23ed;

    /// <summary>What is added to page addresses: 0xc0000000 in version 1 on i386.</summary>
    public ulong AddressBase { get; init; }

    /// <summary>Offset of the first page since version 9.</summary>
    public int BufferSize { get; init; } = 65536;

    public bool HasEndMark { get; init; } = true;

    /// <summary>Flags of the end mark beside its own.</summary>
    public uint EndFlags { get; init; }

    /// <summary>CPUs the kernel was built for; each has a place in the architecture's header.</summary>
    public int CpuSlots { get; init; } = 4;

    public uint DumpingCpu { get; init; }

    /// <summary>Where each field and page header was put by the last <see cref="ToArray"/>.</summary>
    public IReadOnlyDictionary<string, long> Places => _places;

    private bool IsPacked => Version >= 8;

    /// <summary>Registers of the next CPU, as struct pt_regs.</summary>
    public LkcdWriter Cpu(byte[] registers)
    {
        _cpus.Add(registers);
        return this;
    }

    /// <summary>A page. <paramref name="stored"/> and <paramref name="flags"/> replace what would be written, for damaged ones.</summary>
    public LkcdWriter Page(ulong pfn, byte[] bytes, byte[]? stored = null, uint? flags = null)
    {
        _pages.Add(new StoredPage(pfn, bytes, stored, flags));
        return this;
    }

    /// <summary>A page of zeros: a raw page without bytes.</summary>
    public LkcdWriter Zero(ulong pfn) => Page(pfn, [], stored: [], flags: 1);

    public byte[] ToArray()
    {
        var file = new WireWriter(IsBigEndian, WordSize);
        long headerBytes = WriteHeader(file);
        Place("dh_header_size", file.At(12)).U32((uint)headerBytes);
        WriteRegisters(file.At(headerBytes));
        file.At(Version >= 9 ? BufferSize : 65536);
        foreach (StoredPage page in _pages)
        {
            WritePage(file, page);
        }

        if (HasEndMark)
        {
            Place("end dp_address", file).U64(0).U32(0).U32(4 | EndFlags);
        }

        return file.ToArray();
    }

    /// <summary>Writes the main header; returns where it ends.</summary>
    private long WriteHeader(WireWriter file)
    {
        file.U64(Magic);
        Place("dh_version", file).U32((uint)Version | MclxBits);
        file.At(16);
        Place("dh_dump_level", file).U32(8);
        Place("dh_page_size", file).U32((uint)PageSize);
        Place("dh_memory_size", file).U64(0x10000).U64(0).U64(0);
        if (Version == 1)
        {
            file.U32(0).U32(0);
        }

        Place("dh_num_pages", file).U32((uint)_pages.Count);
        file.Text(Panic, 256);
        int timeBytes = IsPacked ? 8 : WordSize;
        if (!IsPacked)
        {
            file.Align(timeBytes);
        }

        var time = new WireWriter(IsBigEndian, timeBytes).Word(1100000000).Word(0);
        file.Bytes(time.ToArray());
        foreach (string field in new[] { "Linux", "oldnode", Release, "#1", Machine, "(none)" })
        {
            file.Text(field, 65);
        }

        if (IsPacked)
        {
            file.U64(0xffff810000123000);
        }
        else if (Version > 1)
        {
            file.Align(WordSize).Word(0xc0123000);
        }

        if (Version >= 5)
        {
            Place("dh_dump_compress", file).U32((uint)Compression).U32(0).U32(0);
        }

        if (Version >= 9)
        {
            Place("dh_dump_buffer_size", file).U64((ulong)BufferSize);
        }

        return file.Position;
    }

    /// <summary>The architecture's header: registers of the crashing CPU, and since version 8 of all.</summary>
    private void WriteRegisters(WireWriter file)
    {
        if (_cpus.Count == 0)
        {
            return;
        }

        int bytes = _cpus[0].Length;
        long start = file.Position;
        Place("dha_magic_number", file).U64(0xdeaddead).U32(5);
        Place("dha_header_size", file).U32(0);
        if (WordSize == 4)
        {
            file.U32(0).U32(0);
        }

        file.Bytes(_cpus[(int)DumpingCpu]);
        if (IsPacked)
        {
            Place("dha_smp_num_cpus", file).U32((uint)_cpus.Count);
            Place("dha_dumping_cpu", file).U32(DumpingCpu);
            for (int i = 0; i < CpuSlots; i++)
            {
                file.Bytes(i < _cpus.Count ? _cpus[i] : new byte[bytes]);
            }

            file.Zeros(3L * CpuSlots * WordSize);
        }

        long end = file.Position;
        file.At(_places["dha_header_size"]).U32((uint)(end - start));
    }

    private void WritePage(WireWriter file, StoredPage page)
    {
        byte[] compressed = page.Stored ?? Compression switch
        {
            LkcdCompression.RunLength => RleWriter.Compress(page.Bytes),
            LkcdCompression.Gzip => KdumpWriter.Compress(page.Bytes, PageCompression.Zlib),
            _ => page.Bytes,
        };
        bool isRaw = page.Stored is null && compressed.Length >= PageSize;
        byte[] stored = isRaw ? page.Bytes : compressed;
        uint flags = (page.Flags ?? (isRaw ? 1u : 2u)) | MclxBits;
        string name = FormattableString.Invariant($"page {page.Pfn}");
        Place(name + " dp_address", file).U64(MclxBits != 0 ? page.Pfn : (page.Pfn * (ulong)PageSize) + AddressBase);
        Place(name + " dp_size", file).U32((uint)stored.Length);
        Place(name + " dp_flags", file).U32(flags);
        file.Bytes(stored);
    }

    private WireWriter Place(string name, WireWriter file)
    {
        _places[name] = file.Position;
        return file;
    }

    private sealed record StoredPage(ulong Pfn, byte[] Bytes, byte[]? Stored, uint? Flags);
}
