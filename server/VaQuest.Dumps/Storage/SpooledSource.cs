// SpooledSource: a compressed part of a dump, decompressed once into a temporary file, because such streams cannot be entered in the middle.
using System.Buffers;
using Microsoft.Win32.SafeHandles;
using VaQuest.Binary;

namespace VaQuest.Dumps.Storage;

/// <summary>
/// The decompressed bytes. The file lies in the system's folder for temporary files and is gone when the dump is closed. What fits into one chunk
/// stays in memory and needs no file.
/// </summary>
internal sealed class SpooledSource : DumpSource
{
    private const int ChunkBytes = 1 << 20;

    private readonly byte[] _memory;
    private readonly SafeFileHandle? _file;
    private readonly DumpSource _origin;

    private SpooledSource(byte[] memory, SafeFileHandle? file, long length, DumpSource origin)
    {
        _memory = memory;
        _file = file;
        Length = length;
        _origin = origin;
    }

    public override long Length { get; }

    /// <summary>Decompresses. Damage ends it: what came before is kept, and <paramref name="damage"/> says why the rest is missing.</summary>
    /// <param name="decoder">Gives the decompressed bytes.</param>
    /// <param name="origin">Where they come from; disposed with the result.</param>
    /// <param name="limits">How much may come.</param>
    /// <param name="what">What is decompressed, for messages.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="damage">Null when all was sound.</param>
    public static SpooledSource Decompress(
        Stream decoder, DumpSource origin, DumpLimits limits, string what, CancellationToken cancellation, out string? damage)
    {
        damage = null;
        SafeFileHandle? file = null;
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            long length = 0;
            for (int got; (got = Fill(decoder, chunk, what, ref damage)) > 0; length += got)
            {
                cancellation.ThrowIfCancellationRequested();
                DumpLimits.Check(what, (ulong)(length + got), limits.MaxSpooledBytes);
                if (length == 0 && got < chunk.Length)
                {
                    return new SpooledSource(chunk.AsSpan(0, got).ToArray(), null, got, origin);
                }

                file ??= OpenTemporary();
                RandomAccess.Write(file, chunk.AsSpan(0, got), length);
            }

            return new SpooledSource([], file, length, origin);
        }
        catch (IOException error)
        {
            file?.Dispose();
            throw new DumpFormatException(FormatError.Io, $"{what} could not be written to the folder for temporary files: {error.Message}", error);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    public override int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= Length)
        {
            return 0;
        }

        if (_file is null)
        {
            int there = (int)Math.Min(destination.Length, Length - offset);
            _memory.AsSpan((int)offset, there).CopyTo(destination);
            return there;
        }

        try
        {
            int done = 0;
            while (done < destination.Length && RandomAccess.Read(_file, destination[done..], offset + done) is > 0 and var got)
            {
                done += got;
            }

            return done;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return Failed;
        }
    }

    public override void Dispose()
    {
        _file?.Dispose();
        _origin.Dispose();
    }

    private static SafeFileHandle OpenTemporary()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        return File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
    }

    /// <summary>Fills the chunk; fewer bytes mean that the stream has ended, or is damaged there.</summary>
    private static int Fill(Stream decoder, byte[] chunk, string what, ref string? damage)
    {
        int done = 0;
        try
        {
            while (damage is null && done < chunk.Length && decoder.Read(chunk, done, chunk.Length - done) is > 0 and var got)
            {
                done += got;
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or ZstdSharp.ZstdException)
        {
            damage = $"{what} is damaged or cut; what lies behind the damage is missing";
        }

        return done;
    }
}
