// MiniKernelDumpFormat: recognises a raw image of a Mini Kernel Dump partition, as far as anything public tells, and says what to do.
using System.Text;

namespace VaQuest.Dumps.Formats.MiniKernelDump;

/// <summary>
/// Mini Kernel Dump (mkdump, 2004 to 2006) wrote the crashed machine's whole memory, neither filtered nor compressed, to a raw partition behind some
/// pages of header. The header's layout (include/asm-*/minik_dump.h of its patches) is in no public source that could be found: not in
/// crash, libkdumpfile or makedumpfile, not in the mailing lists, not in any mirrored repository. So such an image is not read: mkdump's
/// own converter (mkd_conv, before that mkd2lkcd_i386 and mkd2lkcd_x86_64) makes LKCD of it, which is. What can be told is memory of a Linux kernel
/// from noise: the kernel's banner stands in it in the clear. This probe must be the last. Should the layout turn up, this is where
/// its reader goes.
/// </summary>
internal sealed class MiniKernelDumpFormat : IDumpFormat
{
    /// <summary>The banner is in the kernel image, which these machines loaded at 1 MiB or 4 MiB; initrds and headers come on top.</summary>
    private const long SearchedBytes = 64L << 20;

    /// <summary>Smaller files are no memory of a machine.</summary>
    private const long MinBytes = 4L << 20;

    private const int ChunkBytes = 256 << 10;

    /// <summary>Longest banner looked at.</summary>
    private const int BannerBytes = 160;

    /// <summary>A partition's image is whole sectors.</summary>
    private const int SectorBytes = 512;

    private static ReadOnlySpan<byte> Banner => "Linux version "u8;

    public Vmcore? TryOpen(DumpInput input)
    {
        if (input.Source.Length < MinBytes || input.Source.Length % SectorBytes != 0 || FindBanner(input) is not { } banner)
        {
            return null;
        }

        string release = banner[Banner.Length..].Split(' ')[0];
        bool isOfItsTime = release.StartsWith("2.4.", StringComparison.Ordinal) || release.StartsWith("2.6.", StringComparison.Ordinal);
        throw RefusedFormats.Refuse(isOfItsTime
            ? $"raw memory of a Linux {release} machine without a known header, such as the image of a Mini Kernel Dump partition, whose "
                + "layout is not public; convert it with mkdump's mkd_conv and open the LKCD file that it makes"
            : $"raw memory of a Linux {release} machine without a header that says where it belongs; "
                + "name it with the physical address of its first byte, as in FILE@0");
    }

    /// <summary>
    /// The first "Linux version" that is followed by a release and a compiler, as in the kernel's read-only data. Text files have it too:
    /// a file without zero bytes is none of memory.
    /// </summary>
    private static string? FindBanner(DumpInput input)
    {
        byte[] bytes = new byte[ChunkBytes + BannerBytes];
        bool hasZeros = false;
        for (long at = 0; at < Math.Min(SearchedBytes, input.Source.Length); at += ChunkBytes)
        {
            input.Cancellation.ThrowIfCancellationRequested();
            int count = input.Source.ReadSome(at, bytes, "the beginning of the file");
            ReadOnlySpan<byte> chunk = bytes.AsSpan(0, count);
            hasZeros |= chunk.Contains((byte)0);
            for (int from = 0; hasZeros && from < chunk.Length;)
            {
                int found = chunk[from..].IndexOf(Banner);
                if (found < 0)
                {
                    break;
                }

                from += found;
                if (ReadBanner(chunk[from..]) is { } banner)
                {
                    return banner;
                }

                from += Banner.Length;
            }
        }

        return null;
    }

    private static string? ReadBanner(ReadOnlySpan<byte> bytes)
    {
        int end = bytes[..Math.Min(bytes.Length, BannerBytes)].IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e);
        string text = Encoding.ASCII.GetString(bytes[..(end < 0 ? Math.Min(bytes.Length, BannerBytes) : end)]);
        bool isBanner = text.Length > Banner.Length && char.IsAsciiDigit(text[Banner.Length])
            && (text.Contains("(gcc", StringComparison.Ordinal) || text.Contains('@', StringComparison.Ordinal));
        return isBanner ? text : null;
    }
}
