// KdumpHeader: the main header of a kdump-compressed dump.
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.KdumpCompressed.Wire;

/// <summary>
/// struct disk_dump_header (makedumpfile diskdump_mod.h). The file does not say its word size or byte order: they are found by trying.
/// </summary>
/// <param name="Order">Word size and byte order.</param>
/// <param name="Version">header_version, 1 to 6 known.</param>
/// <param name="Release">utsname.release as text for people.</param>
/// <param name="MachineName">utsname.machine as text for people.</param>
/// <param name="NodeName">utsname.nodename as text for people.</param>
/// <param name="Seconds">Time of the crash in seconds since 1970, 0 in QEMU's dumps.</param>
/// <param name="Status">Methods used and the incomplete mark.</param>
/// <param name="BlockSize">Page size in bytes, also the unit of the file's areas.</param>
/// <param name="SubHeaderBlocks">Blocks of the sub header.</param>
/// <param name="BitmapBlocks">Blocks of all bitmaps together.</param>
/// <param name="MaxMapnr">First page frame number above RAM, cut to 32 bits.</param>
/// <param name="WrittenBlocks">Blocks written; diskdump only, 0 else.</param>
/// <param name="CurrentCpu">The CPU that crashed, as the header says.</param>
/// <param name="CpuCount">nr_cpus.</param>
internal sealed record KdumpHeader(
    KdumpOrder Order, int Version, string Release, string MachineName, string NodeName, long Seconds, uint Status, int BlockSize,
    int SubHeaderBlocks, uint BitmapBlocks, uint MaxMapnr, uint WrittenBlocks, uint CurrentCpu, int CpuCount)
{
    /// <summary>Bytes that are read: up to nr_cpus in the 64-bit layout.</summary>
    public const int Bytes = 464;

    /// <summary>The first bytes of a kdump-compressed dump.</summary>
    public static ReadOnlySpan<byte> Signature => "KDUMP   "u8;

    public const uint StatusIncomplete = 0x8;

    public const uint StatusExcludedVmemmap = 0x10;

    private const int UtsFieldBytes = 65;

    /// <summary>Offset of the status field: the time before it is aligned to the word.</summary>
    public static int StatusAt(KdumpOrder order) => order.WordSize == 8 ? 424 : 412;

    public static KdumpHeader Read(ReadOnlySpan<byte> head, KdumpOrder order)
    {
        var reader = new SpanReader(head, order.IsBigEndian, order.WordSize) { Position = 8 };
        int version = reader.ReadInt32();
        ReadOnlySpan<byte> uts = reader.ReadBytes(6 * UtsFieldBytes);

        // The time is aligned to the word: 2 bytes of padding after the names with 4-byte words, 6 with 8-byte words.
        reader.Position = order.WordSize == 8 ? 408 : 404;
        ulong seconds = reader.ReadWord();
        reader.ReadWord();
        uint status = reader.ReadUInt32();
        int blockSize = reader.ReadInt32();
        int subHeaderBlocks = reader.ReadInt32();
        uint bitmapBlocks = reader.ReadUInt32();
        uint maxMapnr = reader.ReadUInt32();
        reader.Skip(8);
        return new KdumpHeader(
            order, version, Field(uts, 2), Field(uts, 4), Field(uts, 1), unchecked((long)seconds), status, blockSize, subHeaderBlocks,
            bitmapBlocks, maxMapnr, reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadInt32());
    }

    private static string Field(ReadOnlySpan<byte> uts, int index) => DumpText.Clean(uts.Slice(index * UtsFieldBytes, UtsFieldBytes));
}
