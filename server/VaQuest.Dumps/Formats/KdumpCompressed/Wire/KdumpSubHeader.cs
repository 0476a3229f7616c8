// KdumpSubHeader: the sub header of a kdump-compressed dump.
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.KdumpCompressed.Wire;

/// <summary>
/// struct kdump_sub_header (makedumpfile diskdump_mod.h), which grew with header_version: split since 2, VMCOREINFO since 3, notes since
/// 4, the erase log since 5, 64-bit page frame numbers since 6. Absent fields are zero.
/// </summary>
internal sealed record KdumpSubHeader
{
    /// <summary>Bytes that are read: up to max_mapnr_64 in the 64-bit layout.</summary>
    public const int Bytes = 104;

    /// <summary>A dump without this sub header: diskdump's is of another kind.</summary>
    public static readonly KdumpSubHeader None = new();

    public ulong PhysBase { get; private init; }

    public int DumpLevel { get; private init; }

    public bool IsSplit { get; private init; }

    /// <summary>First page frame number of a split member.</summary>
    public ulong StartPfn { get; private init; }

    /// <summary>First page frame number after a split member.</summary>
    public ulong EndPfn { get; private init; }

    public FileArea Vmcoreinfo { get; private init; }

    public FileArea Notes { get; private init; }

    public FileArea EraseInfo { get; private init; }

    /// <summary>First page frame number above RAM; 0 before version 6.</summary>
    public ulong MaxMapnr64 { get; private init; }

    /// <param name="bytes">The beginning of block 1.</param>
    /// <param name="order">Word size and byte order.</param>
    /// <param name="version">header_version.</param>
    /// <param name="isPadded">
    /// For 4-byte words: true when 8-byte values are aligned to 8 (ARM, MIPS), false when to 4 (i386). No field tells.
    /// </param>
    public static KdumpSubHeader Read(ReadOnlySpan<byte> bytes, KdumpOrder order, int version, bool isPadded)
    {
        var reader = new SpanReader(bytes, order.IsBigEndian, order.WordSize);
        int alignment = order.WordSize == 8 || isPadded ? 8 : 4;
        ulong physBase = reader.ReadWord();
        int dumpLevel = reader.ReadInt32();
        bool isSplit = reader.ReadInt32() != 0;
        ulong startPfn = reader.ReadWord();
        ulong endPfn = reader.ReadWord();
        Align(ref reader, alignment);
        FileArea vmcoreinfo = ReadArea(ref reader, alignment);
        FileArea notes = ReadArea(ref reader, alignment);
        FileArea eraseInfo = ReadArea(ref reader, alignment);

        // start_pfn_64 and end_pfn_64 hold the same as the words above where those are wide enough.
        ulong startPfn64 = reader.ReadUInt64();
        ulong endPfn64 = reader.ReadUInt64();
        ulong maxMapnr64 = reader.ReadUInt64();
        bool isWide = version >= 6;
        return new KdumpSubHeader
        {
            PhysBase = physBase,
            DumpLevel = dumpLevel,
            IsSplit = version >= 2 && isSplit,
            StartPfn = version < 2 ? 0 : isWide ? startPfn64 : startPfn,
            EndPfn = version < 2 ? 0 : isWide ? endPfn64 : endPfn,
            Vmcoreinfo = version >= 3 ? vmcoreinfo : default,
            Notes = version >= 4 ? notes : default,
            EraseInfo = version >= 5 ? eraseInfo : default,
            MaxMapnr64 = isWide ? maxMapnr64 : 0,
        };
    }

    /// <summary>Offset of 8 bytes, then a size of one word, then alignment to the next offset.</summary>
    private static FileArea ReadArea(ref SpanReader reader, int alignment)
    {
        ulong offset = reader.ReadUInt64();
        ulong size = reader.ReadWord();
        Align(ref reader, alignment);
        return new FileArea(offset, size);
    }

    private static void Align(ref SpanReader reader, int alignment) => reader.Position = (reader.Position + alignment - 1) & -alignment;
}
