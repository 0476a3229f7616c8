// KdumpOrder: word size and byte order of a kdump-compressed dump.
namespace VaQuest.Dumps.Formats.KdumpCompressed.Wire;

/// <summary>How the header's numbers are written.</summary>
internal sealed record KdumpOrder(int WordSize, bool IsBigEndian)
{
    /// <summary>All that exist, the most common first.</summary>
    public static readonly KdumpOrder[] All = [new(8, false), new(8, true), new(4, false), new(4, true)];

    public override string ToString() => $"{WordSize * 8}-bit, {(IsBigEndian ? "big" : "little")}-endian";
}
