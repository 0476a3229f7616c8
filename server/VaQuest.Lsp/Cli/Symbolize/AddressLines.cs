// AddressLines: reads lines from a stream in batches that are as large as the writer's pace allows.
using System.Collections.Concurrent;
using System.Text;

namespace VaQuest.Lsp.Cli.Symbolize;

/// <summary>
/// Addresses are resolved fastest many at a time, but a program that asks one by one must get each answer at once: a batch ends when the
/// writer pauses.
/// </summary>
internal static class AddressLines
{
    private const int ChunkBytes = 1 << 18;

    /// <summary>How long a pause ends a batch, in milliseconds: far above the gaps in a pipe that is being filled.</summary>
    private const int PauseMilliseconds = 4;

    private const int MaxBatch = 1 << 18;

    /// <summary>A line longer than this is no address; its rest is dropped, so that memory stays bounded.</summary>
    private const int MaxLine = 4096;

    /// <summary>Batches of lines without empty ones, until the stream ends.</summary>
    public static IEnumerable<IReadOnlyList<string>> Read(Stream input)
    {
        using var chunks = new BlockingCollection<byte[]>(boundedCapacity: 16);
        Task reading = Task.Run(() => ReadChunks(input, chunks));
        var partial = new StringBuilder();
        while (chunks.TryTake(out byte[]? chunk, Timeout.Infinite))
        {
            var batch = new List<string>();
            do
            {
                Split(chunk, partial, batch);
            }
            while (batch.Count < MaxBatch && chunks.TryTake(out chunk, PauseMilliseconds));

            if (batch.Count > 0)
            {
                yield return batch;
            }
        }

        reading.GetAwaiter().GetResult();
        if (partial.ToString().Trim() is { Length: > 0 } last)
        {
            yield return [last];
        }
    }

    private static void ReadChunks(Stream input, BlockingCollection<byte[]> chunks)
    {
        try
        {
            byte[] buffer = new byte[ChunkBytes];
            for (int got = input.Read(buffer); got > 0; got = input.Read(buffer))
            {
                chunks.Add(buffer.AsSpan(0, got).ToArray());
            }
        }
        finally
        {
            chunks.CompleteAdding();
        }
    }

    private static void Split(ReadOnlySpan<byte> chunk, StringBuilder partial, List<string> lines)
    {
        while (!chunk.IsEmpty)
        {
            int end = chunk.IndexOf((byte)'\n');
            ReadOnlySpan<byte> part = end < 0 ? chunk : chunk[..end];
            if (partial.Length < MaxLine)
            {
                partial.Append(Encoding.Latin1.GetString(part));
            }

            if (end < 0)
            {
                return;
            }

            if (partial.ToString().Trim() is { Length: > 0 } line)
            {
                lines.Add(line);
            }

            partial.Clear();
            chunk = chunk[(end + 1)..];
        }
    }
}
