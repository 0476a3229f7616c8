// MappedFile: a debug file mapped into memory, for random access without reading it whole.
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VaQuest.Binary.Files;

/// <summary>
/// A read-only mapping of a whole file. The mapping is released by the garbage collector when nothing refers to it any more and never
/// earlier: regions handed out hold it, so no request can read unmapped memory while a dump is being closed. Meant for debug files,
/// which are replaced, not rewritten; dump files are read with positioned reads instead, because they may be cut while in use.
/// </summary>
public sealed unsafe partial class MappedFile
{
    // MADV_DONTNEED of Linux's mman.h: for a read-only mapping of a file it only unmaps; the next read maps the page again.
    private const int AdviceDontNeed = 4;

    private readonly byte* _start;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;

    private MappedFile(string path, MemoryMappedFile? file, MemoryMappedViewAccessor? view, byte* pointer, long length)
    {
        Path = path;
        _file = file;
        _view = view;
        _start = pointer;
        Region = new ByteRegion(this, pointer, length);
    }

    public string Path { get; }

    /// <summary>The whole file's bytes.</summary>
    public ByteRegion Region { get; }

    public long Length => Region.Length;

    /// <summary>Maps a file. Throws <see cref="DumpFormatException"/> (<see cref="FormatError.Io"/>) with a sentence for the user.</summary>
    public static MappedFile Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new DumpFormatException(FormatError.Io, $"{path} is a directory; give the file itself");
        }

        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            long length = RandomAccess.GetLength(handle);
            if (length == 0)
            {
                return new MappedFile(path, null, null, null, 0);
            }

            var file = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            MemoryMappedViewAccessor view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            byte* pointer = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
            return new MappedFile(path, file, view, pointer + view.PointerOffset, length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new DumpFormatException(FormatError.Io, FileErrors.Describe(path, error), error);
        }
    }

    /// <summary>
    /// Takes the pages that were read so far out of this process' memory; they stay in the system's cache and come back when read again.
    /// For passes over a large file, so that they do not count as much memory as the file is long. Safe while others read.
    /// </summary>
    public void DropResidentPages()
    {
        if (Length > 0 && OperatingSystem.IsLinux())
        {
            _ = Advise((nint)_start, (nuint)Length, AdviceDontNeed);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);
}
