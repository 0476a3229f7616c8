// WriteJob: some pages on their way from one dump into another.
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.Work;

namespace VaQuest.Dumps.Writing;

/// <summary>A run of pages, what becomes of each, and their compressed bytes. Buffers are used again for the next run.</summary>
internal sealed class WriteJob(int pageSize, int maxPages, CompressionMethod method, IPageFilter? filter) : IDisposable
{
    private readonly PageFate[] _fates = new PageFate[maxPages];
    private readonly int[] _sizes = new int[maxPages];
    private readonly PageCompressor _compressor = new(method);
    private readonly byte[] _compressed = method == CompressionMethod.None ? [] : GC.AllocateUninitializedArray<byte>(pageSize * maxPages);

    public PageRun Run { get; } = new(pageSize, maxPages);

    public PageFate FateOf(int index) => _fates[index];

    /// <summary>True when a stored page is compressed, so that its bytes are shorter than a page.</summary>
    public bool IsCompressed(int index) => _sizes[index] > 0;

    /// <summary>The bytes of a page as they are stored.</summary>
    public ReadOnlySpan<byte> StoredBytes(int index) =>
        _sizes[index] > 0 ? _compressed.AsSpan(index * pageSize, _sizes[index]) : Run.PageAt(index);

    /// <summary>Reads, decides, compresses. Runs on a thread of its own.</summary>
    public void Work(IPhysicalMemory memory)
    {
        Run.Read(memory);
        for (int i = 0; i < Run.Count; i++)
        {
            _sizes[i] = 0;
            _fates[i] = Decide(i);
            if (_fates[i] == PageFate.Stored && _compressor.Method != CompressionMethod.None)
            {
                _sizes[i] = _compressor.Compress(Run.PageAt(i), _compressed, i * pageSize);
            }
        }
    }

    public void Dispose() => _compressor.Dispose();

    private PageFate Decide(int index)
    {
        if (Run.StatusOf(index) != ReadStatus.Ok)
        {
            return PageFate.Unreadable;
        }

        if (Run.IsZero(index))
        {
            return PageFate.Zero;
        }

        return filter?.IsExcluded(new Pfn(Run.FirstPfn + (ulong)index)) == true ? PageFate.Excluded : PageFate.Stored;
    }
}
