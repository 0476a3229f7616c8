// S390Writer: writes s390 stand-alone dumps for tests.
namespace VaQuest.TestKit.Dumps;

/// <summary>Memory from address 0 on, of 64-bit machines; big-endian.</summary>
public sealed class S390Writer
{
    /// <summary>Chunks as small as a page keep samples small; real dumps have 1 MiB.</summary>
    public int ChunkBytes { get; init; } = 8192;

    /// <summary>Addresses of the CPUs' lowcores.</summary>
    public IReadOnlyList<uint> Lowcores { get; init; } = [];

    public bool IsMultiVolume { get; init; }

    public byte[] ToClassic(byte[] memory)
    {
        WireWriter file = Header(0xa8190173618f23fd, memory.Length);
        return file.At(4096).Bytes(memory).Text("DUMP_END", 8).U64(0x1234).ToArray();
    }

    /// <summary>One compressed segment of each half of the memory; chunks that do not shrink are stored.</summary>
    public byte[] ToExtended(byte[] memory)
    {
        WireWriter file = Header(0xa8190173618f23fe, memory.Length).At(4096);
        int half = memory.Length / 2 / ChunkBytes * ChunkBytes;
        WriteSegment(file, 0, memory.AsSpan(0, half), isLast: false);
        WriteSegment(file, (ulong)half, memory.AsSpan(half), isLast: true);
        return file.ToArray();
    }

    private WireWriter Header(ulong magic, int memoryBytes)
    {
        var file = new WireWriter(bigEndian: true);
        file.U64(magic).U32(5).U32(4096).U32(4).U32(4096).U64((ulong)memoryBytes).U64(0).U64((ulong)memoryBytes).U32((uint)memoryBytes / 4096).U32(0);
        file.U64(0x1234).U64(0xff).U32(2).U32(0).U32(2).U64((ulong)memoryBytes).U8(IsMultiVolume ? (byte)1 : (byte)0).U16((ushort)Lowcores.Count);
        file.U16((ushort)Lowcores.Count).U8(1).U32((uint)ChunkBytes).At(0x800);
        foreach (uint lowcore in Lowcores)
        {
            file.U32(lowcore);
        }

        return file.At(4095).U8(0);
    }

    private void WriteSegment(WireWriter file, ulong start, ReadOnlySpan<byte> memory, bool isLast)
    {
        long at = file.Position;
        int count = (memory.Length + ChunkBytes - 1) / ChunkBytes;
        file.U64(start).U64((ulong)memory.Length).U64(isLast ? 1u : 0u).At(at + 0x30).U32((uint)count).At(at + 4096);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> chunk = memory.Slice(i * ChunkBytes, Math.Min(ChunkBytes, memory.Length - (i * ChunkBytes)));
            byte[] zlib = KdumpWriter.Compress(chunk, PageCompression.Zlib);
            bool isStored = zlib.Length >= chunk.Length;
            uint block = (uint)((file.Position - at - 4096) / 4096);
            file.Bytes(isStored ? chunk : zlib).Align(4096);
            long next = file.Position;
            file.At(at + 0x34 + (i * 4)).U32(block | (isStored ? 0x80000000 : 0)).At(next);
        }

        long end = file.Position;
        file.At(at + 0x18).U32((uint)((end - at - 4096) / 4096)).At(end);
    }
}
