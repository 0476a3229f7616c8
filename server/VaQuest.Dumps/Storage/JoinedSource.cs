// JoinedSource: several files one behind the other.
namespace VaQuest.Dumps.Storage;

/// <summary>Files joined into one range of offsets, in the given order. Disposes them.</summary>
internal sealed class JoinedSource : DumpSource
{
    private readonly DumpSource[] _parts;
    private readonly long[] _starts;

    public JoinedSource(IReadOnlyList<DumpSource> parts)
    {
        _parts = [.. parts];
        _starts = new long[_parts.Length];
        for (int i = 0; i < _parts.Length; i++)
        {
            _starts[i] = Length;
            Length = checked(Length + _parts[i].Length);
        }
    }

    public override long Length { get; }

    /// <summary>Offset of the first byte of a file.</summary>
    public long StartOf(int part) => _starts[part];

    public override int Read(long offset, Span<byte> destination)
    {
        int done = 0;
        for (int i = 0; i < _parts.Length && done < destination.Length; i++)
        {
            long at = offset + done - _starts[i];
            if (at < 0 || at >= _parts[i].Length)
            {
                continue;
            }

            int wanted = (int)Math.Min(destination.Length - done, _parts[i].Length - at);
            int got = _parts[i].Read(at, destination.Slice(done, wanted));
            if (got == Failed)
            {
                return Failed;
            }

            done += got;
            if (got < wanted)
            {
                break;
            }
        }

        return done;
    }

    public override void Dispose()
    {
        foreach (DumpSource part in _parts)
        {
            part.Dispose();
        }
    }
}
