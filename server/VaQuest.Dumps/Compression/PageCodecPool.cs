// PageCodecPool: decompressors for as many threads as read at once.
namespace VaQuest.Dumps.Compression;

/// <summary>Hands out <see cref="PageCodec"/>s. Safe for concurrent use; keeps at most one per slot, more are dropped after use.</summary>
internal sealed class PageCodecPool : IDisposable
{
    /// <summary>Readers run on thread-pool threads: twice the processors is more than ever read at the same moment.</summary>
    private readonly PageCodec?[] _idle = new PageCodec?[Math.Max(4, Environment.ProcessorCount * 2)];

    public PageCodec Rent()
    {
        PageCodec?[] idle = _idle;
        for (int i = 0; i < idle.Length; i++)
        {
            if (idle[i] is not null && Interlocked.Exchange(ref idle[i], null) is { } codec)
            {
                return codec;
            }
        }

        return new PageCodec();
    }

    public void Return(PageCodec codec)
    {
        PageCodec?[] idle = _idle;
        for (int i = 0; i < idle.Length; i++)
        {
            if (idle[i] is null && Interlocked.CompareExchange(ref idle[i], codec, null) is null)
            {
                return;
            }
        }

        codec.Dispose();
    }

    public void Dispose()
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            Interlocked.Exchange(ref _idle[i], null)?.Dispose();
        }
    }
}
