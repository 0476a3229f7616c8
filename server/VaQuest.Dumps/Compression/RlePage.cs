// RlePage: decompresses pages that LKCD stored with its run-length code.
namespace VaQuest.Dumps.Compression;

/// <summary>
/// LKCD's run-length code (drivers/dump/dump_rle.c): a byte that is not 0 stands for itself; 0 and 0 are one zero byte; 0, a count that
/// is not 0 and a byte are that byte count + 1 times, because the encoder counts repetitions after the first. crash reads it so too;
/// libkdumpfile 0.5 takes one byte less and so cannot read what the kernel wrote.
/// </summary>
internal static class RlePage
{
    /// <summary>True when the code is sound and fills the page exactly. Never writes beyond the page.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> page)
    {
        int done = 0;
        int at = 0;
        while (at < source.Length)
        {
            byte value = source[at++];
            int count = 1;
            if (value == 0)
            {
                if (at >= source.Length)
                {
                    return false;
                }

                count = source[at++];
                if (count != 0 && at >= source.Length)
                {
                    return false;
                }

                value = count == 0 ? value : source[at++];
                count++;
            }

            if (count > page.Length - done)
            {
                return false;
            }

            page.Slice(done, count).Fill(value);
            done += count;
        }

        return done == page.Length;
    }
}
