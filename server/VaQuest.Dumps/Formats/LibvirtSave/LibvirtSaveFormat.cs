// LibvirtSaveFormat: files of `virsh save` and managed save: a header, the domain's XML, and QEMU's migration stream.
using System.IO.Compression;
using VaQuest.Binary;
using VaQuest.Dumps.Formats.QemuMigration;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.LibvirtSave;

/// <summary>Opens the stream in its wrapper: as it is, or compressed with gzip or zstd; other compressions are named with what to do.</summary>
internal sealed class LibvirtSaveFormat : IDumpFormat
{
    private const int MaxXmlBytes = 16 << 20;

    /// <summary>A sparse file's stream begins at a multiple of 4 KiB to 1 MiB behind the XML.</summary>
    private const int MaxPadding = 4 << 20;

    /// <summary>Bytes looked through at once: the stream mostly begins right behind the XML.</summary>
    private const int SearchBytes = 16 << 10;

    private static readonly string[] s_names = ["raw", "gzip", "bzip2", "xz", "lzop", "zstd", "sparse"];

    private static readonly byte[] s_mark = [.. "QEVM"u8, 0, 0, 0, 3];

    public Vmcore? TryOpen(DumpInput input)
    {
        if (LibvirtHeader.TryRead(input.Head.Span) is not { } header)
        {
            return null;
        }

        if (header.Version is 0 or > 2 || header.DataBytes > MaxXmlBytes)
        {
            throw new DumpFormatException(
                FormatError.BadHeader, $"the libvirt header has version {header.Version} and {header.DataBytes} bytes of XML; versions 1 and 2 are known");
        }

        if (!header.IsFinished)
        {
            input.IsCut = true;
            input.Warn($"libvirt never finished this save file; memory that was not written is missing");
        }

        string format = header.StreamFormat < s_names.Length ? s_names[header.StreamFormat] : $"{header.StreamFormat}";
        input.AddDetail("Wrapper", $"libvirt save, version {header.Version}, {format}");
        long start = LibvirtHeader.Bytes + (long)header.DataBytes;
        return format switch
        {
            "raw" or "sparse" => MigrationFormat.Open(input, FindStream(input, start)),
            "gzip" => OpenCompressed(input, start, stream => new GZipStream(stream, CompressionMode.Decompress), format),
            "zstd" => OpenCompressed(input, start, stream => new ZstdSharp.DecompressionStream(stream), format),
            "bzip2" or "xz" or "lzop" => throw Refuse(input.Path, format, start),
            _ => throw new DumpFormatException(FormatError.Unsupported, $"the libvirt save file has the stream format {format}, which is not known"),
        };
    }

    private static DumpFormatException Refuse(string path, string format, long start) => new(
        FormatError.Unsupported,
        $"the stream in this libvirt save file is compressed with {format}, which is not read; write `tail -c +{start + 1} "
            + $"{System.IO.Path.GetFileName(path)} | {format} -dc > FILE` and open FILE");

    private static Vmcore OpenCompressed(DumpInput input, long start, Func<Stream, Stream> open, string format)
    {
        using Stream decoder = open(new SourceStream(input.Source, start));
        SpooledSource stream = SpooledSource.Decompress(
            decoder, input.Source, input.Limits, $"the stream compressed with {format}", input.Cancellation, out string? damage);
        try
        {
            if (damage is not null)
            {
                input.IsCut = true;
                input.Warnings.Add(damage);
            }

            var inner = new DumpInput(input.Path, stream, input.Options, input.Cancellation)
            {
                IsWrapped = true,
                IsCut = input.IsCut,
                Warnings = input.Warnings,
                Details = input.Details,
            };
            return inner.BeginsWith("QEVM"u8)
                ? MigrationFormat.Open(inner, 0)
                : throw new DumpFormatException(FormatError.BadHeader, $"what the libvirt save file holds, decompressed with {format}, is no migration stream");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static long FindStream(DumpInput input, long start)
    {
        byte[] bytes = new byte[SearchBytes];
        int got = bytes.Length;
        for (long at = start; at <= start + MaxPadding && got == bytes.Length; at += SearchBytes - s_mark.Length)
        {
            got = input.Source.ReadSome(at, bytes, "the migration stream");
            int hit = bytes.AsSpan(0, got).IndexOf(s_mark);
            if (hit >= 0)
            {
                return at + hit;
            }
        }

        throw new DumpFormatException(
            input.Source.Length - start < s_mark.Length ? FormatError.Truncated : FormatError.BadHeader,
            $"no migration stream follows the XML of the libvirt save file at byte {start}");
    }
}
