// RelocatedBytes: a section of a relocatable file with its relocations applied, chunk by chunk.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// Copies a section lazily in chunks and applies the relocations of each chunk. Applying twice gives the same bytes, so only filling a
/// chunk needs the lock, and a chunk is never read before it is complete.
/// </summary>
internal sealed class RelocatedBytes
{
    // Large enough that a unit needs few chunks, small enough that one frame of a large module copies little.
    private const int ChunkSize = 1 << 16;
    private const int WidestRelocation = 8;

    private readonly ByteRegion _source;
    private readonly RelocationTable _relocations;
    private readonly byte[] _target;
    private readonly bool[] _filled;
    private readonly Lock _lock = new();

    public RelocatedBytes(ByteRegion source, RelocationTable relocations)
    {
        _source = source;
        _relocations = relocations;
        _target = GC.AllocateUninitializedArray<byte>(checked((int)source.Length));
        _filled = new bool[(int)((source.Length + ChunkSize - 1) / ChunkSize)];
    }

    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        if (length == 0)
        {
            return default;
        }

        for (int chunk = (int)(offset / ChunkSize); chunk <= (int)((offset + length - 1) / ChunkSize); chunk++)
        {
            if (!Volatile.Read(ref _filled[chunk]))
            {
                Fill(chunk);
            }
        }

        return _target.AsSpan((int)offset, length);
    }

    private void Fill(int chunk)
    {
        lock (_lock)
        {
            if (_filled[chunk])
            {
                return;
            }

            int start = chunk * ChunkSize;
            int length = (int)Math.Min(ChunkSize, _source.Length - start);
            _source.Span(start, length).CopyTo(_target.AsSpan(start));

            // A relocation may straddle the boundary: those that begin just before belong to this chunk's bytes too. The bytes that they
            // write in the neighbour are the same it has, or it has not been copied yet.
            _relocations.Apply(_source, _target, Math.Max(0, start - WidestRelocation + 1), start + length);
            Volatile.Write(ref _filled[chunk], true);
        }
    }
}
