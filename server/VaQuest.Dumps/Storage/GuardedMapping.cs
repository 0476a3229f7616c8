// GuardedMapping: a dump file in memory, safe against the file being cut while it is read.
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VaQuest.Dumps.Storage;

/// <summary>
/// Copies out of a read-only mapping: half the work of a positioned read, which copies inside the kernel. A page that the file no longer
/// has is met by <see cref="MappingFaults"/>; the mapping then knows where it ends and says so, and the caller reads the file the other way.
/// </summary>
internal sealed unsafe partial class GuardedMapping
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly MappingFaults.Guard _guard;

    private GuardedMapping(MemoryMappedViewAccessor view, byte* start, MappingFaults.Guard guard)
    {
        _view = view;
        _start = start;
        _guard = guard;
    }

    ~GuardedMapping()
    {
        // Only here, when no reader can have it any more: a mapping is never taken away from under a copy.
        _guard.Release();
    }

    /// <summary>Maps a whole file; null where that cannot be done safely.</summary>
    public static GuardedMapping? TryOpen(SafeFileHandle handle, long length)
    {
        if (length == 0 || !MappingFaults.IsInstalled)
        {
            return null;
        }

        try
        {
            // The view stays when this is disposed; kept, it would keep the file open after it was closed.
            using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            MemoryMappedViewAccessor view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            byte* pointer = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
            byte* start = pointer + view.PointerOffset;
            return MappingFaults.TryGuard(start, length) is { } guard ? new GuardedMapping(view, start, guard) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Copies bytes from an offset; false when the mapping does not have all of them, or lost some while they were copied.</summary>
    public bool TryCopy(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > _guard.ValidLength - destination.Length)
        {
            return false;
        }

        // In unmanaged code on purpose: the handler of a fault may then enter managed code.
        fixed (byte* to = destination)
        {
            Copy(to, _start + offset, (nuint)destination.Length);
        }

        bool isWhole = offset <= _guard.ValidLength - destination.Length;
        GC.KeepAlive(this);
        GC.KeepAlive(_view);
        return isWhole;
    }

    /// <summary>
    /// True when the file certainly reaches to an offset: the page there, if there is one behind it, can be touched. False says nothing.
    /// </summary>
    public bool ReachesTo(long offset)
    {
        long next = (offset + MappingFaults.PageBytes - 1) & -MappingFaults.PageBytes;
        byte touched = 0;
        return next < _guard.ValidLength && TryCopy(next, new Span<byte>(ref touched));
    }

    [LibraryImport("libc", EntryPoint = "memcpy")]
    private static partial nint Copy(byte* to, byte* from, nuint count);
}
