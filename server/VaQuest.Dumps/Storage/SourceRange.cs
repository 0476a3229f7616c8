// SourceRange: a stretch of a dump file as a file of its own.
namespace VaQuest.Dumps.Storage;

/// <summary>The bytes [start, end) of another source, which may be cut before their end. Disposing it disposes the other.</summary>
internal sealed class SourceRange(DumpSource source, long start, long end) : DumpSource
{
    public override long Length => Math.Max(0, end - start);

    /// <summary>True when the other source ends before the range does.</summary>
    public bool IsCut => source.Length < end;

    public override int Read(long offset, Span<byte> destination)
    {
        long left = Length - offset;
        return offset < 0 || left <= 0 ? 0 : source.Read(start + offset, destination[..(int)Math.Min(destination.Length, left)]);
    }

    public override void Dispose() => source.Dispose();
}
