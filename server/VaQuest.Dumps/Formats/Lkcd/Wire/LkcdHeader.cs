// LkcdHeader: the main header of an LKCD dump, all versions.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Lkcd.Wire;

/// <summary>
/// dump_header_t of LKCD (include/linux/dump.h of its patches). The first 48 bytes are the same in all versions; what follows changed
/// with version 2 (the stack and instruction pointer went), 5 (compression), 8 (packed, the same for both word sizes) and 9 (buffer size).
/// </summary>
/// <param name="IsBigEndian">By the magic.</param>
/// <param name="IsLive">True when the machine went on running: its memory is not of one moment.</param>
/// <param name="Version">1 to 10, without the bits of Mission Critical's variant.</param>
/// <param name="IsMclx">True when Mission Critical's variant is marked: pages then carry page frame numbers instead of addresses.</param>
/// <param name="HeaderBytes">dh_header_size: where the architecture's header begins.</param>
/// <param name="Level">dh_dump_level: 1 header only, 2 kernel pages, 4 used pages, 8 all.</param>
/// <param name="PageSize">Bytes of a page.</param>
/// <param name="MemorySize">dh_memory_size; kernels wrote bytes or pages.</param>
/// <param name="PageCount">dh_num_pages; not kept up to date by all kernels.</param>
/// <param name="Panic">The panic message, cleaned.</param>
/// <param name="Seconds">Time of the crash in seconds since 1970.</param>
/// <param name="NodeName">utsname.nodename.</param>
/// <param name="Release">utsname.release.</param>
/// <param name="MachineName">utsname.machine.</param>
/// <param name="CurrentTask">Address of the task that crashed; 0 in version 1.</param>
/// <param name="Compression">dh_dump_compress; run-length before version 5.</param>
/// <param name="FirstPageAt">Offset of the first page header.</param>
internal sealed record LkcdHeader(
    bool IsBigEndian, bool IsLive, int Version, bool IsMclx, uint HeaderBytes, uint Level, uint PageSize, ulong MemorySize, uint PageCount,
    string Panic, ulong Seconds, string NodeName, string Release, string MachineName, ulong CurrentTask, uint Compression, ulong FirstPageAt)
{
    /// <summary>Bytes that are read: up to the buffer size of version 9.</summary>
    public const int Bytes = 742;

    public const uint CompressNone = 0;
    public const uint CompressRunLength = 1;
    public const uint CompressGzip = 2;

    /// <summary>Marks of Mission Critical's variant in the version.</summary>
    private const uint MclxBits = 0xc0000000;

    private const ulong Magic = 0xa8190173618f23ed;
    private const ulong LiveMagic = 0xa8190173618f23cd;
    private const int PanicBytes = 256;
    private const int UtsFieldBytes = 65;
    private const int DefaultFirstPageAt = 65536;

    public static bool IsLkcd(ReadOnlySpan<byte> head) => TryReadMagic(head, out _, out _);

    /// <summary>Reads the header; the bytes must begin with the magic. Throws when the version is unknown or the file ends in it.</summary>
    public static LkcdHeader Read(ReadOnlySpan<byte> head)
    {
        TryReadMagic(head, out bool isBigEndian, out bool isLive);
        if (head.Length < Bytes)
        {
            throw new DumpFormatException(FormatError.Truncated, $"the file of {head.Length} bytes ends inside the LKCD header");
        }

        var reader = new SpanReader(head, isBigEndian) { Position = 8 };
        uint versionWord = reader.ReadUInt32();
        int version = unchecked((int)(versionWord & ~MclxBits));
        uint headerBytes = reader.ReadUInt32();
        uint level = reader.ReadUInt32();
        uint pageSize = reader.ReadUInt32();
        ulong memorySize = reader.ReadUInt64();
        Places places = Places.Of(head, version) ?? throw new DumpFormatException(
            FormatError.Unsupported, FormattableString.Invariant($"this is an LKCD dump of version {version}; versions 1 to 10 are known"));
        return new LkcdHeader(
            isBigEndian, isLive, version, (versionWord & MclxBits) != 0, headerBytes, level, pageSize, memorySize,
            (uint)Number(head, isBigEndian, places.PageCount, 4),
            DumpText.Clean(head.Slice(places.PageCount + 4, PanicBytes)).Trim(),
            Number(head, isBigEndian, places.Time, places.TimeBytes),
            Field(head, places.Uts, 1), Field(head, places.Uts, 2), Field(head, places.Uts, 4),
            places.CurrentTask == 0 ? 0 : Number(head, isBigEndian, places.CurrentTask, places.CurrentTaskBytes),
            places.Compression == 0 ? CompressRunLength : (uint)Number(head, isBigEndian, places.Compression, 4),
            version >= 9 ? Number(head, isBigEndian, 734, 8) : DefaultFirstPageAt);
    }

    private static bool TryReadMagic(ReadOnlySpan<byte> head, out bool isBigEndian, out bool isLive)
    {
        isBigEndian = false;
        isLive = false;
        if (head.Length < 8)
        {
            return false;
        }

        ulong little = BinaryPrimitives.ReadUInt64LittleEndian(head);
        ulong big = BinaryPrimitives.ReadUInt64BigEndian(head);
        isBigEndian = big is Magic or LiveMagic;
        isLive = little == LiveMagic || big == LiveMagic;
        return isBigEndian || little is Magic or LiveMagic;
    }

    private static ulong Number(ReadOnlySpan<byte> head, bool isBigEndian, int at, int size)
    {
        var reader = new SpanReader(head, isBigEndian) { Position = at };
        return reader.ReadUInt(size);
    }

    private static string Field(ReadOnlySpan<byte> head, int uts, int index) =>
        DumpText.Clean(head.Slice(uts + (index * UtsFieldBytes), UtsFieldBytes));

    /// <summary>Offsets of the fields that moved; 0 where a version lacks one. The panic message follows the page count.</summary>
    private sealed record Places(int PageCount, int Time, int TimeBytes, int Uts, int CurrentTask, int CurrentTaskBytes, int Compression)
    {
        /// <summary>Nothing tells the word size before version 8: it is that whose utsname reads as text.</summary>
        public static Places? Of(ReadOnlySpan<byte> head, int version)
        {
            switch (version)
            {
                case 1:
                    return IsUts(head, 324) || !IsUts(head, 336) ? new(56, 316, 4, 324, 0, 0, 0) : new(56, 320, 8, 336, 0, 0, 0);
                case >= 2 and <= 7:
                    bool hasCompression = version >= 5;
                    return IsUts(head, 316) || !IsUts(head, 328)
                        ? new(48, 308, 4, 316, 708, 4, hasCompression ? 712 : 0)
                        : new(48, 312, 8, 328, 720, 8, hasCompression ? 728 : 0);
                case >= 8 and <= 10:
                    return new(48, 308, 8, 324, 714, 8, 722);
                default:
                    return null;
            }
        }

        /// <summary>True when sysname and machine are short texts that begin with a letter.</summary>
        private static bool IsUts(ReadOnlySpan<byte> head, int at) =>
            IsText(head.Slice(at, UtsFieldBytes)) && IsText(head.Slice(at + (4 * UtsFieldBytes), UtsFieldBytes));

        private static bool IsText(ReadOnlySpan<byte> field)
        {
            int end = field.IndexOf((byte)0);
            return end > 0 && char.IsAsciiLetter((char)field[0]) && field[..end].IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e) < 0;
        }
    }
}
