// DebugFileOpener: maps a debug file, or decompresses a compressed module.
using System.IO.Compression;
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.Binary.Files;
using ZstdSharp;

namespace VaQuest.DebugInfo.Lookup;

/// <summary>Opens vmlinux files and modules. Throws <see cref="DumpFormatException"/> with a sentence for the user.</summary>
internal static class DebugFileOpener
{
    private static ReadOnlySpan<byte> GzipMagic => [0x1f, 0x8b];

    private static ReadOnlySpan<byte> ZstdMagic => [0x28, 0xb5, 0x2f, 0xfd];

    private static ReadOnlySpan<byte> XzMagic => [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'];

    public static ElfImage Open(string path, long maxDecompressed)
    {
        ByteRegion file = MappedFile.Open(path).Region;
        ReadOnlySpan<byte> start = file.Span(0, (int)Math.Min(8, file.Length));
        if (start.StartsWith(XzMagic))
        {
            throw new DumpFormatException(FormatError.Unsupported, $"{path} is compressed with xz, which is not read; unpack it with xz -d -k");
        }

        bool isZstd = start.StartsWith(ZstdMagic);
        ByteRegion bytes = isZstd || start.StartsWith(GzipMagic) ? Decompress(file, path, isZstd, maxDecompressed) : file;
        return ElfImage.Parse(bytes, path);
    }

    private static unsafe ByteRegion Decompress(ByteRegion packed, string path, bool isZstd, long limit)
    {
        if (packed.Length > limit)
        {
            throw TooLarge(path, limit);
        }

        try
        {
            fixed (byte* first = packed.SpanFrom(0))
            {
                using var source = new UnmanagedMemoryStream(first, packed.Length);
                using Stream unpacker = isZstd ? new DecompressionStream(source) : new GZipStream(source, CompressionMode.Decompress);
                return new ByteRegion(ReadAll(unpacker, path, limit));
            }
        }
        catch (Exception error) when (error is InvalidDataException or ZstdException or IOException)
        {
            throw new DumpFormatException(FormatError.BadCompression, $"{path} does not decompress: {error.Message}", error);
        }
    }

    private static byte[] ReadAll(Stream unpacker, string path, long limit)
    {
        using var target = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (unpacker.Read(buffer) is > 0 and var count)
        {
            if (target.Length + count > limit)
            {
                throw TooLarge(path, limit);
            }

            target.Write(buffer, 0, count);
        }

        return target.ToArray();
    }

    private static DumpFormatException TooLarge(string path, long limit) =>
        new(FormatError.LimitExceeded, $"{path} has more than {limit >> 20} MB when decompressed; unpack it and give the unpacked file");
}
