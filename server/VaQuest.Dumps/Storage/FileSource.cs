// FileSource: a dump file on disk.
using Microsoft.Win32.SafeHandles;
using VaQuest.Binary;
using VaQuest.Binary.Files;

namespace VaQuest.Dumps.Storage;

/// <summary>
/// Positioned reads from a file, and copies from a mapping once it is read a lot. Closing it while others read is safe: their reads fail or
/// still succeed, nothing else.
/// </summary>
internal sealed class FileSource : DumpSource
{
    /// <summary>Reads after which the file is mapped: a report of a few hundred reads is done before that pays.</summary>
    private const int ReadsBeforeMapping = 256;

    /// <summary>Longer reads go to the file: what they touch would stay in this process' memory, and they are cheap for their length.</summary>
    private const int LongestCopy = 64 << 10;

    private readonly SafeFileHandle _handle;
    private readonly Lock _gate = new();
    private GuardedMapping? _mapping;
    private int _readsLeft = ReadsBeforeMapping;

    private FileSource(SafeFileHandle handle, long length)
    {
        _handle = handle;
        Length = length;
    }

    public override long Length { get; }

    /// <summary>Opens a file. Throws <see cref="DumpFormatException"/> (<see cref="FormatError.Io"/>) with a sentence for the user.</summary>
    public static FileSource Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new DumpFormatException(FormatError.Io, $"{path} is a directory; give the dump file inside it");
        }

        try
        {
            SafeFileHandle handle = File.OpenHandle(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
            return new FileSource(handle, RandomAccess.GetLength(handle));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new DumpFormatException(FormatError.Io, FileErrors.Describe(path, error), error);
        }
    }

    public override int Read(long offset, Span<byte> destination)
    {
        if (offset < 0)
        {
            return 0;
        }

        if (destination.Length <= LongestCopy && TryCopy(offset, destination))
        {
            return destination.Length;
        }

        try
        {
            int done = 0;
            while (done < destination.Length)
            {
                int count = RandomAccess.Read(_handle, destination[done..], unchecked(offset + done));
                if (count <= 0)
                {
                    break;
                }

                done += count;
            }

            return done;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException or ArgumentException)
        {
            return Failed;
        }
    }

    public override bool IsDirect => Volatile.Read(ref _mapping) is not null;

    public override void Dispose()
    {
        lock (_gate)
        {
            _handle.Dispose();
            Volatile.Write(ref _mapping, null);
        }
    }

    /// <summary>
    /// The rest of a page in which a cut file now ends reads as zeros, without a fault. Bytes that do not end in a zero are therefore the
    /// file's; the others are when the file has a page behind them, or is still as long.
    /// </summary>
    private bool IsStillThere(GuardedMapping mapping, long offset, ReadOnlySpan<byte> copied)
    {
        if (copied.IsEmpty || copied[^1] != 0 || mapping.ReachesTo(offset + copied.Length))
        {
            return true;
        }

        try
        {
            return RandomAccess.GetLength(_handle) - offset >= copied.Length;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Copies from the mapping, which is made when the file has been read often; false when the file must be asked.</summary>
    private bool TryCopy(long offset, Span<byte> destination)
    {
        if (Volatile.Read(ref _mapping) is { } mapping)
        {
            return mapping.TryCopy(offset, destination) && IsStillThere(mapping, offset, destination);
        }

        if (Volatile.Read(ref _readsLeft) > 0 && Interlocked.Decrement(ref _readsLeft) == 0)
        {
            lock (_gate)
            {
                Volatile.Write(ref _mapping, _handle.IsClosed ? null : GuardedMapping.TryOpen(_handle, Length));
            }
        }

        return false;
    }
}
