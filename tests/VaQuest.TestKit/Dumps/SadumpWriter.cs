// SadumpWriter: writes sadump partitions, disk sets and media backups for tests.
namespace VaQuest.TestKit.Dumps;

/// <summary>Pages of an x86_64 machine as its firmware dumps them. Recipe: <code>new SadumpWriter().Page(1, bytes).Excluded(2).ToPartition()</code></summary>
public sealed class SadumpWriter
{
    private const int BlockBytes = 4096;

    private readonly SortedDictionary<ulong, byte[]?> _pages = [];
    private readonly List<(byte[] Registers, ulong Cr3, ulong Cr4, ulong Idt)> _cpus = [];
    private readonly Dictionary<string, long> _places = [];

    /// <summary>Header version: 0, or 1 with 64-bit counts.</summary>
    public uint Version { get; init; } = 1;

    public IReadOnlyDictionary<string, long> Places => _places;

    public SadumpWriter Page(ulong pfn, byte[] bytes)
    {
        _pages[pfn] = bytes;
        return this;
    }

    public SadumpWriter Excluded(ulong pfn)
    {
        _pages[pfn] = null;
        return this;
    }

    public SadumpWriter Cpu(byte[] registers, ulong cr3, ulong cr4 = 0, ulong idt = 0)
    {
        _cpus.Add((registers, cr3, cr4, idt));
        return this;
    }

    public byte[] ToPartition()
    {
        var file = new WireWriter();
        WritePartition(file, disk: 0, used: 0);
        WriteDump(file);
        return file.ToArray();
    }

    public byte[] ToMedia()
    {
        var file = new WireWriter();
        file.Zeros(48).U8(1).U8(1).U8(1).U8(1).Zeros(BlockBytes - 52);
        WritePartition(file, disk: 0, used: 0);
        WriteDump(file);
        return file.ToArray();
    }

    /// <summary>A set of two disks; the first holds <paramref name="firstPages"/> pages.</summary>
    public byte[][] ToDiskSet(int firstPages)
    {
        var first = new WireWriter();
        WritePartition(first, disk: 1, used: 0);
        first.U32(1).U32(2).Zeros(BlockBytes - 8);
        WriteDump(first);
        long used = _places["data"] + (firstPages * BlockBytes);
        byte[] all = first.ToArray();
        first.At(160).U64((ulong)used);
        var second = new WireWriter();
        WritePartition(second, disk: 2, used: 0);
        second.Bytes(all.AsSpan((int)used)).At(160).U64((ulong)second.Length);
        return [first.ToArray()[..(int)used], second.ToArray()];
    }

    private void WritePartition(WireWriter file, uint disk, ulong used)
    {
        long at = file.Position;
        file.U32(0x75646173).U32(0x0000706d).U32(1).Zeros(12).Zeros(64).Zeros(16).U64(0x1111).U64(0x2222).Zeros(16).Zeros(16).U32(disk).U32(0).U64(used);
        uint number = 1;
        _places["first number"] = file.Position;
        while (file.Position < at + BlockBytes)
        {
            file.U32(number);
            number = unchecked(11 * (number + 7));
        }
    }

    private void WriteDump(WireWriter file)
    {
        ulong max = _pages.Keys.Max() + 1;
        uint bitmapBlocks = (uint)((max / 8 / BlockBytes) + 1);
        int subBytes = 4 + (_cpus.Count * (16 + 1024));
        uint subBlocks = (uint)((subBytes + BlockBytes - 1) / BlockBytes);
        long at = file.Position;
        file.Text("sadump", 8).U32(Version).U32(0).Zeros(16).U32(0).U32(0);
        Place("block_size", file).U32(BlockBytes).U32(0);
        Place("sub_hdr_size", file).U32(subBlocks);
        Place("bitmap_blocks", file).U32(bitmapBlocks);
        Place("dumpable_bitmap_blocks", file).U32(bitmapBlocks);
        Place("max_mapnr", file).U32((uint)max).U32(0).U32(0).U32(0).U32(0);
        Place("nr_cpus", file).U32((uint)_cpus.Count).U32(0);
        Place("max_mapnr_64", file).U64(max).Zeros(24);
        file.At(at + BlockBytes);
        WriteCpus(file, subBytes);
        file.At(at + ((1 + subBlocks) * BlockBytes)).Bytes(Bitmap(bitmapBlocks, static _ => true));
        Place("dumpable", file).Bytes(Bitmap(bitmapBlocks, static page => page is not null));
        Place("data", file);
        foreach (byte[] page in _pages.Values.OfType<byte[]>())
        {
            file.Bytes(page);
        }
    }

    private void WriteCpus(WireWriter file, int subBytes)
    {
        file.U32((uint)subBytes).Zeros(16 * _cpus.Count);
        foreach ((byte[] registers, ulong cr3, ulong cr4, ulong idt) in _cpus)
        {
            long at = file.Position;
            file.Zeros(1024).At(at + 472).U32((uint)(idt >> 32)).At(at + 660).U32(unchecked((uint)idt)).At(at + 576).U32((uint)cr4);
            file.At(at + 796);
            foreach (int register in new[] { 0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 5, 19, 4, 13, 14 })
            {
                file.Bytes(registers.AsSpan(register * 8, 8));
            }

            file.At(at + 984).Bytes(registers.AsSpan(16 * 8, 8)).At(at + 1000).Bytes(registers.AsSpan(18 * 8, 8)).U64(cr3).U64(0x80050033);
            file.At(at + 1024);
        }
    }

    /// <summary>Highest bit of each byte first.</summary>
    private byte[] Bitmap(uint blocks, Func<byte[]?, bool> isWanted)
    {
        byte[] bits = new byte[blocks * BlockBytes];
        foreach ((ulong pfn, byte[]? page) in _pages)
        {
            bits[pfn / 8] |= (byte)(isWanted(page) ? 0x80 >> (int)(pfn % 8) : 0);
        }

        return bits;
    }

    private WireWriter Place(string name, WireWriter file)
    {
        _places[name] = file.Position;
        return file;
    }
}
