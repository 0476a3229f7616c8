// ElfCompression: decompresses sections stored with zlib or zstd.
using System.IO.Compression;
using ZstdSharp;

namespace VaQuest.Binary.Elf;

/// <summary>SHF_COMPRESSED sections (gABI, "Section Compression") and the older .zdebug_ form ("ZLIB", big-endian size, zlib data).</summary>
internal static class ElfCompression
{
    private const uint Zlib = 1;
    private const uint Zstd = 2;

    // Best possible ratios, so that a small hostile file cannot ask for a large buffer: deflate codes at most 258 bytes in 2 bits;
    // a zstd block of 4 bytes repeats one byte 128 KiB long.
    private const long ZlibMaxRatio = 1032;
    private const long ZstdMaxRatio = 32768;
    private const long RatioSlack = 131072;

    public static byte[] Decompress(ByteRegion stored, ElfSection section, ElfHeader header, string file, long limit)
    {
        (uint method, ulong size, int headerSize) = ReadHeader(stored, section, header, file);
        if (method is not (Zlib or Zstd))
        {
            throw ElfErrors.UnknownCompression(file, section.Name, method);
        }

        if (size > (ulong)Math.Min(limit, Array.MaxLength))
        {
            throw ElfErrors.TooMany(file, $"decompressed bytes in section {section.Name}", size, limit);
        }

        long packedLength = stored.Length - headerSize;
        if ((long)size > RatioSlack + (packedLength * (method == Zlib ? ZlibMaxRatio : ZstdMaxRatio)) || packedLength > int.MaxValue)
        {
            throw ElfErrors.BadCompression(file, section.Name,
                FormattableString.Invariant($"{packedLength} bytes cannot hold the promised {size}"));
        }

        ReadOnlySpan<byte> packed = stored.Span(headerSize, (int)packedLength);
        var target = new byte[(int)size];
        try
        {
            int written = method == Zlib ? Inflate(packed, target) : Unwrap(packed, target);
            if (written != target.Length)
            {
                throw ElfErrors.BadCompression(file, section.Name,
                    FormattableString.Invariant($"it holds {written} bytes where {size} were promised"));
            }
        }
        catch (Exception error) when (error is InvalidDataException or ZstdException or IOException)
        {
            throw ElfErrors.BadCompression(file, section.Name, error.Message, error);
        }

        return target;
    }

    private static (uint Method, ulong Size, int HeaderSize) ReadHeader(ByteRegion stored, ElfSection section, ElfHeader header, string file)
    {
        int length = !section.HasCompressionHeader || !header.Is64Bit ? 12 : 24;
        if (stored.Length < length)
        {
            throw ElfErrors.BadCompression(file, section.Name, "it is too short for a compression header");
        }

        if (!section.HasCompressionHeader)
        {
            var old = new SpanReader(stored.Span(0, 12), bigEndian: true);
            return old.ReadBytes(4).SequenceEqual("ZLIB"u8)
                ? (Zlib, old.ReadUInt64(), 12)
                : throw ElfErrors.BadCompression(file, section.Name, "it does not start with ZLIB");
        }

        var reader = new SpanReader(stored.Span(0, length), header.IsBigEndian, header.WordSize);
        uint method = reader.ReadUInt32();
        if (header.Is64Bit)
        {
            reader.ReadUInt32();
        }

        return (method, reader.ReadWord(), length);
    }

    private static unsafe int Inflate(ReadOnlySpan<byte> packed, byte[] target)
    {
        fixed (byte* start = packed)
        {
            using var source = new UnmanagedMemoryStream(start, packed.Length);
            using var zlib = new ZLibStream(source, CompressionMode.Decompress);
            int written = zlib.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
            return written == target.Length && zlib.ReadByte() >= 0 ? written + 1 : written;
        }
    }

    private static int Unwrap(ReadOnlySpan<byte> packed, byte[] target)
    {
        using var decompressor = new Decompressor();
        return decompressor.Unwrap(packed, target);
    }
}
