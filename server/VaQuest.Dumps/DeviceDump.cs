// DeviceDump: what a device's driver added to a kernel dump.
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps;

/// <summary>
/// A note NT_VMCOREDD (Linux 4.18, fs/proc/vmcore.c): a driver's own dump of its device, in a format that only the driver knows. It may
/// be megabytes long, so it stays in the file.
/// </summary>
public sealed class DeviceDump
{
    private readonly DumpSource _source;
    private readonly long _offset;

    internal DeviceDump(DumpSource source, string name, long offset, long bytes)
    {
        _source = source;
        _offset = offset;
        Name = name;
        Bytes = bytes;
    }

    /// <summary>The driver's name for it, control bytes escaped.</summary>
    public string Name { get; }

    /// <summary>Length of the driver's data.</summary>
    public long Bytes { get; }

    /// <summary>
    /// Copies data from an offset. Returns how many bytes were there: fewer than asked at the end, or where the file is cut or cannot be
    /// read. Never throws on data.
    /// </summary>
    public int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= Bytes)
        {
            return 0;
        }

        int wanted = (int)Math.Min(destination.Length, Bytes - offset);
        return Math.Max(0, _source.Read(_offset + offset, destination[..wanted]));
    }
}
