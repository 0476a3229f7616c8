// FileArea: an offset and a size as a header claims them.
namespace VaQuest.Dumps.Formats.KdumpCompressed.Wire;

/// <summary>Part of the file, in bytes; both zero when absent.</summary>
internal readonly record struct FileArea(ulong Offset, ulong Size)
{
    public bool IsEmpty => Size == 0;

    /// <summary>True when the area is absent or lies inside a file.</summary>
    public bool FitsInto(long fileLength) => IsEmpty || (Offset <= (ulong)fileLength && Size <= (ulong)fileLength - Offset);
}
