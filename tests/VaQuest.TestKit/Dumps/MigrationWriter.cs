// MigrationWriter: writes QEMU migration streams for tests.
using System.Text;

namespace VaQuest.TestKit.Dumps;

/// <summary>
/// Builds a stream of an x86 machine: configuration, memory, CPUs, description. Recipe:
/// <code>new MigrationWriter().Block("pc.ram", 0x8000).Page(0, bytes).Zero(0x1000).Cpu(rip: …, cr3: …).ToArray()</code>
/// Pages belong to the last block.
/// </summary>
public sealed class MigrationWriter
{
    private const int PageSize = 4096;
    private const int RamId = 2;

    private readonly List<(string Name, ulong Bytes)> _blocks = [];
    private readonly List<(string Block, ulong Offset, ulong Flags, byte[] Payload, byte[] Page)> _pages = [];
    private readonly List<(ulong Rip, ulong Rsp, ulong Cr3, ulong Cr4, ulong Idt)> _cpus = [];
    private readonly Dictionary<string, long> _places = [];

    public string Machine { get; init; } = "pc-i440fx-7.2";

    /// <summary>mapped-ram: every page at its own place, and a bitmap.</summary>
    public bool IsMapped { get; init; }

    /// <summary>What the places of pages are a multiple of in mapped-ram: QEMU takes 1 MiB, a power of two makes a smaller file.</summary>
    public long MappedAlignment { get; init; } = 1 << 20;

    /// <summary>False: the stream ends behind the memory, as when QEMU was killed.</summary>
    public bool HasDevices { get; init; } = true;

    /// <summary>Where fields were put by the last <see cref="ToArray"/>.</summary>
    public IReadOnlyDictionary<string, long> Places => _places;

    public MigrationWriter Block(string name, ulong bytes)
    {
        _blocks.Add((name, bytes));
        return this;
    }

    public MigrationWriter Page(ulong offset, byte[] page) => Add(offset, 0x08, page, page);

    public MigrationWriter Zero(ulong offset, byte fill = 0) => Add(offset, 0x02, [fill], []);

    public MigrationWriter Compressed(ulong offset, byte[] page)
    {
        byte[] zlib = KdumpWriter.Compress(page, PageCompression.Zlib);
        return Add(offset, 0x100, new WireWriter(bigEndian: true).U32((uint)zlib.Length).Bytes(zlib).ToArray(), page);
    }

    /// <summary>XBZRLE: an encoding byte, a length of two bytes, the difference.</summary>
    public MigrationWriter Difference(ulong offset) => Add(offset, 0x40, [1, 0, 3, 1, 2, 3], []);

    public MigrationWriter Cpu(ulong rip, ulong rsp, ulong cr3, ulong cr4 = 0, ulong idt = 0)
    {
        _cpus.Add((rip, rsp, cr3, cr4, idt));
        return this;
    }

    public byte[] ToArray()
    {
        var file = new WireWriter(bigEndian: true);
        file.Bytes("QEVM"u8);
        Place("version", file).U32(3).U8(7);
        Place("machine length", file).U32((uint)Machine.Length).Text(Machine, Machine.Length);
        file.U8(1).U32(RamId);
        Name(file, "ram").U32(0);
        Place("ram version", file).U32(4);
        WriteBlocks(file);
        file.U64(0x10).U8(0x7e).U32(RamId);
        if (!IsMapped)
        {
            file.U8(2);
            Place("ram id", file).U32(RamId);
            WritePages(file);
            file.U64(0x10).U8(0x7e).U32(RamId);
        }

        file.U8(3).U32(RamId);
        Place("end record", file).U64(0x10).U8(0x7e).U32(RamId);
        if (HasDevices)
        {
            WriteDevices(file);
        }

        return file.ToArray();
    }

    private static WireWriter Name(WireWriter file, string name) => file.U8((byte)name.Length).Text(name, name.Length);

    private MigrationWriter Add(ulong offset, ulong flags, byte[] payload, byte[] page)
    {
        _pages.Add((_blocks[^1].Name, offset, flags, payload, page));
        return this;
    }

    private void WriteBlocks(WireWriter file)
    {
        Place("total", file).U64(_blocks.Aggregate(0ul, (sum, block) => sum + block.Bytes) | 0x04);
        foreach ((string name, ulong bytes) in _blocks)
        {
            Place("name length " + name, file);
            Name(file, name);
            Place("length " + name, file).U64(bytes);
            if (IsMapped)
            {
                WriteMapped(file, name, bytes);
            }
        }
    }

    private void WriteMapped(WireWriter file, string name, ulong bytes)
    {
        const int HeaderBytes = 28;
        long bitmapAt = file.Position + HeaderBytes;
        int bitmapBytes = (int)((bytes / PageSize) + 63) / 64 * 8;
        long pagesAt = (bitmapAt + bitmapBytes + MappedAlignment - 1) & -MappedAlignment;
        Place("mapped version", file).U32(1).U64(PageSize);
        Place("bitmap offset", file).U64((ulong)bitmapAt);
        Place("pages offset", file).U64((ulong)pagesAt);
        byte[] bitmap = new byte[bitmapBytes];
        foreach ((string _, ulong offset, ulong _, byte[] _, byte[] page) in _pages.Where(page => page.Block == name && page.Flags == 0x08))
        {
            int index = (int)(offset / PageSize);
            bitmap[index / 8] |= (byte)(1 << (index % 8));
            file.At(pagesAt + (long)offset).Bytes(page);
        }

        file.At(bitmapAt).Bytes(bitmap).At(pagesAt + (long)bytes - 1).U8(0).At(pagesAt + (long)bytes);
        foreach ((string _, ulong offset, ulong _, byte[] _, byte[] page) in _pages.Where(page => page.Block == name && page.Flags == 0x08))
        {
            file.At(pagesAt + (long)offset).Bytes(page);
        }

        file.At(pagesAt + (long)bytes);
    }

    private void WritePages(WireWriter file)
    {
        string last = "";
        foreach ((string block, ulong offset, ulong flags, byte[] payload, byte[] _) in _pages)
        {
            bool isContinued = block == last;
            _places[FormattableString.Invariant($"record {block} {offset}")] = file.Position;
            file.U64(offset | flags | (isContinued ? 0x20u : 0));
            if (!isContinued)
            {
                Name(file, block);
            }

            last = block;
            _places[FormattableString.Invariant($"payload {block} {offset}")] = file.Position;
            file.Bytes(payload);
        }
    }

    /// <summary>Devices as QEMU orders them: one that is not decoded, then a CPU each; then the description of their fields.</summary>
    private void WriteDevices(WireWriter file)
    {
        file.U8(4).U32(3);
        Name(file, "timer").U32(0).U32(2).U64(1).U64(2).U64(3).U8(0x7e).U32(3);
        for (int i = 0; i < _cpus.Count; i++)
        {
            (ulong rip, ulong rsp, ulong cr3, ulong cr4, ulong idt) = _cpus[i];
            file.U8(4).U32((uint)(4 + i));
            Name(file, "cpu").U32((uint)i).U32(12);
            long at = file.Position;
            file.Zeros(868);
            file.At(at + 32).U64(rsp).At(at + 128).U64(rip).At(at + 420).U64(idt).At(at + 472).U64(cr3).U64(cr4).At(at + 816).U64(0xd01);
            file.At(at + 868).U8(0x7e).U32((uint)(4 + i));
        }

        byte[] json = Encoding.ASCII.GetBytes(Describe());
        file.U8(0).U8(6);
        Place("description length", file).U32((uint)json.Length).Bytes(json);
        Place("end", file);
    }

    /// <summary>The fields of qemu-system-x86_64 7.2, those that are not needed as one.</summary>
    private string Describe()
    {
        static string Field(string name, int size, int count = 1) =>
            FormattableString.Invariant($"{{\"name\": \"{name}\", \"type\": \"uint\", \"size\": {size}{(count > 1 ? $", \"array_len\": {count}" : "")}}}");
        string fields = string.Join(", ",
            Field("env.regs", 8, 16), Field("env.eip", 8), Field("env.eflags", 8), Field("env.fpu", 92), Field("env.segs", 20, 6), Field("env.ldt", 20),
            Field("env.tr", 20), Field("env.gdt", 20), Field("env.idt", 20), Field("env.sysenter", 20), Field("env.cr[0]", 8), Field("env.cr[2]", 8),
            Field("env.cr[3]", 8), Field("env.cr[4]", 8), Field("env.xmm", 328), Field("env.efer", 8), Field("env.star", 8, 4),
            Field("env.kernelgsbase", 8), Field("env.smbase", 4));
        IEnumerable<string> cpus = _cpus.Select((_, i) => $"{{\"name\": \"cpu\", \"instance_id\": {i}, \"version\": 12, \"fields\": [{fields}]}}");
        return $"{{\"page_size\": 4096, \"devices\": [{string.Join(", ", cpus.Prepend("{\"name\": \"timer\", \"instance_id\": 0, \"fields\": []}"))}]}}";
    }

    private WireWriter Place(string name, WireWriter file)
    {
        _places[name] = file.Position;
        return file;
    }
}
