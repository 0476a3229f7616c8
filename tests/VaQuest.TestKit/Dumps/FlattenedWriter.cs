// FlattenedWriter: wraps a dump into makedumpfile's flattened form, for tests.
namespace VaQuest.TestKit.Dumps;

/// <summary>Writes flattened files record by record, or a whole dump at once.</summary>
public sealed class FlattenedWriter
{
    private readonly WireWriter _file = new(bigEndian: true);

    public FlattenedWriter(long type = 1, long version = 1)
    {
        _file.Text("makedumpfile", 16).I64(type).I64(version).Zeros(4096 - 32);
    }

    /// <summary>A record: bytes and where they belong.</summary>
    public FlattenedWriter Record(long offset, ReadOnlySpan<byte> bytes) => Header(offset, bytes.Length, bytes);

    /// <summary>A record whose size field says something else than there is.</summary>
    public FlattenedWriter Header(long offset, long size, ReadOnlySpan<byte> bytes)
    {
        _file.I64(offset).I64(size).Bytes(bytes);
        return this;
    }

    /// <summary>The end mark.</summary>
    public FlattenedWriter End()
    {
        _file.I64(-1).I64(-1);
        return this;
    }

    public byte[] ToArray() => _file.ToArray();

    /// <summary>
    /// Wraps a file as makedumpfile does: first a header of garbage, then all but it in records, the true header last (later wins).
    /// </summary>
    public static byte[] Wrap(byte[] file, int recordBytes = 1000)
    {
        var flattened = new FlattenedWriter();
        int head = Math.Min(recordBytes, file.Length);
        flattened.Record(0, Enumerable.Repeat((byte)0xee, head).ToArray());
        for (int at = head; at < file.Length; at += recordBytes)
        {
            flattened.Record(at, file.AsSpan(at, Math.Min(recordBytes, file.Length - at)));
        }

        return flattened.Record(0, file.AsSpan(0, head)).End().ToArray();
    }
}
