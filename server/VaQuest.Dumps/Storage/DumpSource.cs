// DumpSource: the bytes of a dump file, by position.
using VaQuest.Binary;

namespace VaQuest.Dumps.Storage;

/// <summary>Positioned reads over a dump's bytes. Safe for concurrent readers, and when the file is cut while in use.</summary>
internal abstract class DumpSource : IDisposable
{
    /// <summary>What <see cref="Read"/> returns when the operating system failed.</summary>
    public const int Failed = -1;

    /// <summary>Length in bytes when the dump was opened.</summary>
    public abstract long Length { get; }

    /// <summary>
    /// Reads bytes from an offset. Returns how many were there, fewer than asked at the end of the file, or <see cref="Failed"/>.
    /// </summary>
    public abstract int Read(long offset, Span<byte> destination);

    /// <summary>True when small reads cost no more than a copy, so that keeping what was read gains nothing.</summary>
    public virtual bool IsDirect => false;

    public abstract void Dispose();

    /// <summary>Reads what is there and clears the rest; returns the count read. Throws only when the operating system fails.</summary>
    public int ReadSome(long offset, Span<byte> destination, string what)
    {
        int count = Read(offset, destination);
        if (count == Failed)
        {
            throw new DumpFormatException(
                FormatError.Io, FormattableString.Invariant($"{what} at offset 0x{offset:x} could not be read from the disk"));
        }

        destination[count..].Clear();
        return count;
    }

    /// <summary>Fills the destination, or throws <see cref="FormatError.Truncated"/> naming <paramref name="what"/>.</summary>
    public void ReadFully(long offset, Span<byte> destination, string what)
    {
        if (ReadSome(offset, destination, what) < destination.Length)
        {
            throw new DumpFormatException(
                FormatError.Truncated,
                FormattableString.Invariant($"the file ends at byte {Length}, inside {what} ({destination.Length} bytes at offset 0x{offset:x})"));
        }
    }
}
