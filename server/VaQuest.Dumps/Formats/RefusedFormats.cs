// RefusedFormats: files that are recognised and named, but not read.
using System.Buffers.Binary;
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats;

/// <summary>Names what a file is when it is a dump of a kind that is not read yet, or no Linux dump at all, and what to do with it.</summary>
internal sealed class RefusedFormats : IDumpFormat
{
    private const string NotYet = "which is not supported yet";

    /// <summary>Marks at offset 0 and the rest of the sentence "this is …".</summary>
    private static readonly (byte[] Magic, string Sentence)[] s_marks =
    [
        (LittleEndian(0x733339302d64756d), $"an s390 LKCD dump, {NotYet}"),
        (BigEndian(0x733339302d64756d), $"an s390 LKCD dump, {NotYet}"),
        (LittleEndian32(0xbed0bed0), "a VMware suspend file of the old 32-bit form, which is not read; suspend the guest with a newer VMware"),
        ([.. "LinuxGuestRecord"u8], $"a Xen save file, {NotYet}"),
        (LittleEndian32(0xf00febed), $"an old Xen core file, {NotYet}"),
        (LittleEndian32(0xf00febee), $"an old Xen core file, {NotYet}"),
        ([.. "PAGEDU64"u8], "a Windows crash dump, which is not of a Linux kernel; open it with WinDbg"),
        ([.. "PAGEDUMP"u8], "a Windows crash dump, which is not of a Linux kernel; open it with WinDbg"),
        ([0x1f, 0x8b, 0x08], "a gzip file; decompress it first with gunzip"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "an xz file; decompress it first with unxz"),
        ([0x28, 0xb5, 0x2f, 0xfd], "a zstd file; decompress it first with unzstd"),
        ([.. "BZh"u8], "a bzip2 file; decompress it first with bunzip2"),
        ([.. "PK\u0003\u0004"u8], "a zip archive; unpack it first"),
    ];

    public Vmcore? TryOpen(DumpInput input)
    {
        foreach ((byte[] magic, string sentence) in s_marks)
        {
            if (input.BeginsWith(magic))
            {
                throw Refuse(sentence);
            }
        }

        if (IsMclx(input.Head.Span))
        {
            throw Refuse($"a Mission Critical \"mcore\" dump, {NotYet}");
        }

        return null;
    }

    /// <summary>The exception for a file that is known by name only.</summary>
    public static DumpFormatException Refuse(string sentence) => new(FormatError.Unsupported, "this is " + sentence);

    /// <summary>Four longs 0x9a8bccdd, of 4 or 8 bytes, in either byte order.</summary>
    private static bool IsMclx(ReadOnlySpan<byte> head)
    {
        byte[][] words = [LittleEndian32(0x9a8bccdd), BigEndian32(0x9a8bccdd), LittleEndian(0x9a8bccdd), BigEndian(0x9a8bccdd)];
        foreach (byte[] word in words)
        {
            byte[] four = [.. word, .. word, .. word, .. word];
            if (head.StartsWith(four))
            {
                return true;
            }
        }

        return false;
    }

    private static byte[] LittleEndian(ulong value) => BitConverter.GetBytes(BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value));

    private static byte[] BigEndian(ulong value) => [.. LittleEndian(value).Reverse()];

    private static byte[] LittleEndian32(uint value) => LittleEndian(value)[..4];

    private static byte[] BigEndian32(uint value) => [.. LittleEndian32(value).Reverse()];
}
