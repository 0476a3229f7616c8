// DumpFormats: the one ordered list of dump formats, and how a file that is none of them is refused.
using System.Text;
using VaQuest.Binary;
using VaQuest.Dumps.Formats.Avml;
using VaQuest.Dumps.Formats.Diskdump;
using VaQuest.Dumps.Formats.Elf;
using VaQuest.Dumps.Formats.Flattened;
using VaQuest.Dumps.Formats.KdumpCompressed;
using VaQuest.Dumps.Formats.LibvirtSave;
using VaQuest.Dumps.Formats.Lime;
using VaQuest.Dumps.Formats.Lkcd;
using VaQuest.Dumps.Formats.MiniKernelDump;
using VaQuest.Dumps.Formats.QemuMigration;
using VaQuest.Dumps.Formats.S390;
using VaQuest.Dumps.Formats.Sadump;
using VaQuest.Dumps.Formats.VMware;

namespace VaQuest.Dumps.Formats;

/// <summary>Probes formats in order: wrappers first, then strong marks, then weak ones.</summary>
internal static class DumpFormats
{
    /// <summary>The probes, in the order in which they are tried. A new format is one line here.</summary>
    private static readonly IDumpFormat[] s_all =
    [
        new FlattenedFormat(),
        new ElfVmcoreFormat(),
        new KdumpFormat(),
        new DiskdumpFormat(),
        new LkcdFormat(),
        new MigrationFormat(),
        new LibvirtSaveFormat(),
        new LimeFormat(),
        new AvmlFormat(),
        new VmssFormat(),
        new S390Format(),
        new SadumpFormat(),
        new GuestdumpFormat(),
        new RefusedFormats(),
        new MiniKernelDumpFormat(),
    ];

    /// <summary>Opens an input by the first format that knows it. Throws <see cref="FormatError.NotRecognized"/> when none does.</summary>
    public static Vmcore Open(DumpInput input)
    {
        foreach (IDumpFormat format in s_all)
        {
            input.Cancellation.ThrowIfCancellationRequested();
            if (format.TryOpen(input) is { } vmcore)
            {
                return vmcore;
            }
        }

        throw new DumpFormatException(
            FormatError.NotRecognized,
            $"not a crash dump VaQuest knows: it begins with {DescribeBeginning(input.Head.Span)}; "
            + "ELF vmcores, kdump-compressed, diskdump and LKCD dumps are among those that are");
    }

    private static string DescribeBeginning(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> shown = head[..Math.Min(8, head.Length)];
        if (shown.IndexOfAnyExcept((byte)0) < 0)
        {
            return "zeros";
        }

        var text = new StringBuilder();
        foreach (byte b in shown)
        {
            text.Append(text.Length > 0 ? " " : "").Append(b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        }

        bool isText = shown.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e) < 0;
        return isText ? $"{text} (\"{Encoding.ASCII.GetString(shown)}\")" : text.ToString();
    }
}
