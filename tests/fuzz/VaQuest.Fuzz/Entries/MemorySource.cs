// MemorySource: a dump's bytes in memory.
using VaQuest.Dumps.Storage;

namespace VaQuest.Fuzz.Entries;

/// <summary>Stands for a file, without one.</summary>
internal sealed class MemorySource(byte[] bytes) : DumpSource
{
    public override long Length => bytes.Length;

    public override int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= bytes.Length)
        {
            return 0;
        }

        int count = Math.Min(destination.Length, bytes.Length - (int)offset);
        bytes.AsSpan((int)offset, count).CopyTo(destination);
        return count;
    }

    public override void Dispose()
    {
    }
}
