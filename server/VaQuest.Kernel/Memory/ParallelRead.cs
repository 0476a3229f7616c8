// ParallelRead: reads a long stretch of kernel memory with all CPUs of this machine, because most of the time goes into decompression.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory;

internal static class ParallelRead
{
    private const int ChunkBytes = 256 * 1024;

    /// <summary>Fills <paramref name="destination"/>; the outcome is that of the first chunk that failed.</summary>
    public static ReadOutcome Read(IKernelMemory memory, VirtAddr address, byte[] destination)
    {
        int chunks = (destination.Length + ChunkBytes - 1) / ChunkBytes;
        var outcomes = new ReadOutcome[chunks];
        Parallel.For(0, chunks, chunk =>
        {
            int start = chunk * ChunkBytes;
            int length = Math.Min(ChunkBytes, destination.Length - start);
            outcomes[chunk] = memory.Read(address + (ulong)start, destination.AsSpan(start, length));
        });
        int failed = Array.FindIndex(outcomes, outcome => !outcome.IsOk);
        return failed < 0
            ? ReadOutcome.Success(destination.Length)
            : outcomes[failed] with { BytesRead = (failed * ChunkBytes) + outcomes[failed].BytesRead };
    }
}
