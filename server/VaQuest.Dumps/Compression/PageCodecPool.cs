// PageCodecPool: decompressors for as many threads as read at once.
namespace VaQuest.Dumps.Compression;

/// <summary>
/// Hands out <see cref="PageCodec"/>s. Safe for concurrent use; keeps at most one per slot, more are dropped after use. Decompressors of a dump that
/// is closed serve the next one: making one costs more than some dozen pages.
/// </summary>
internal sealed class PageCodecPool : IDisposable
{
    /// <summary>Readers run on thread-pool threads: twice the processors is more than ever read at the same moment.</summary>
    private static readonly int s_slots = Math.Max(4, Environment.ProcessorCount * 2);

    /// <summary>Decompressors of dumps that were closed.</summary>
    private static readonly PageCodec?[] s_spare = new PageCodec?[s_slots];

    private readonly PageCodec?[] _idle = new PageCodec?[s_slots];

    public PageCodec Rent() => Take(_idle) ?? Take(s_spare) ?? new PageCodec();

    public void Return(PageCodec codec)
    {
        if (!TryPut(_idle, codec))
        {
            codec.Dispose();
        }
    }

    public void Dispose()
    {
        while (Take(_idle) is { } codec)
        {
            if (!codec.TryForget() || !TryPut(s_spare, codec))
            {
                codec.Dispose();
            }
        }
    }

    private static PageCodec? Take(PageCodec?[] slots)
    {
        for (int i = 0; i < slots.Length; i++)
        {
            if (slots[i] is not null && Interlocked.Exchange(ref slots[i], null) is { } codec)
            {
                return codec;
            }
        }

        return null;
    }

    private static bool TryPut(PageCodec?[] slots, PageCodec codec)
    {
        for (int i = 0; i < slots.Length; i++)
        {
            if (slots[i] is null && Interlocked.CompareExchange(ref slots[i], codec, null) is null)
            {
                return true;
            }
        }

        return false;
    }
}
