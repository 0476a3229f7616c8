// DescriptorTable: the page descriptors of a kdump-compressed dump, read in blocks when needed.
using System.Runtime.CompilerServices;
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.KdumpCompressed;

/// <summary>Descriptors by index. Blocks are kept in a small direct-mapped cache without locks: each block is immutable.</summary>
internal sealed class DescriptorTable
{
    /// <summary>Descriptors in a block: 12 KB, which take about twice as long to read as one descriptor (measured).</summary>
    private const int BlockCount = 512;

    /// <summary>Blocks kept: 128 of them cover 256 MB of dumped pages with 1 MB of memory.</summary>
    private const int CachedBlocks = 128;

    private readonly DumpSource _source;
    private readonly long _start;
    private readonly bool _isBigEndian;
    private readonly Block?[] _blocks = new Block?[CachedBlocks];

    /// <param name="source">The dump.</param>
    /// <param name="start">Offset of the first descriptor in bytes.</param>
    /// <param name="count">Number of descriptors that the bitmaps promise.</param>
    /// <param name="isBigEndian">The dump's byte order.</param>
    public DescriptorTable(DumpSource source, long start, long count, bool isBigEndian)
    {
        _source = source;
        _start = start;
        _isBigEndian = isBigEndian;
        Count = count;
    }

    public long Count { get; }

    /// <summary>Where page data begins: behind the last descriptor.</summary>
    public long End => _start + (Count * PageDescriptor.WireBytes);

    /// <summary>Reads a descriptor. The status is Truncated when the file ends before it.</summary>
    public ReadStatus TryGet(long index, out PageDescriptor descriptor)
    {
        long number = index / BlockCount;
        ref Block? slot = ref _blocks[number % CachedBlocks];
        Block? block = Volatile.Read(ref slot);
        if (block is null || block.Number != number)
        {
            block = Load(number);
            if (block is null)
            {
                descriptor = default;
                return ReadStatus.IoError;
            }

            Volatile.Write(ref slot, block);
        }

        int at = (int)(index % BlockCount);
        if (at >= block.Descriptors.Length)
        {
            descriptor = default;
            return ReadStatus.Truncated;
        }

        descriptor = block.Descriptors[at];
        return ReadStatus.Ok;
    }

    [SkipLocalsInit]
    private Block? Load(long number)
    {
        int wanted = (int)Math.Min(BlockCount, Count - (number * BlockCount));
        Span<byte> bytes = stackalloc byte[BlockCount * PageDescriptor.WireBytes];
        int read = _source.Read(_start + (number * BlockCount * PageDescriptor.WireBytes), bytes[..(wanted * PageDescriptor.WireBytes)]);
        if (read == DumpSource.Failed)
        {
            return null;
        }

        var descriptors = new PageDescriptor[read / PageDescriptor.WireBytes];
        var reader = new SpanReader(bytes[..read], _isBigEndian);
        for (int i = 0; i < descriptors.Length; i++)
        {
            long offset = reader.ReadInt64();
            uint size = reader.ReadUInt32();
            descriptors[i] = new PageDescriptor(offset, size, (CompressionMethod)reader.ReadUInt32());
            reader.Skip(8);
        }

        return new Block(number, descriptors);
    }

    private sealed record Block(long Number, PageDescriptor[] Descriptors);
}
