// BtfSections: the type and string parts of a BTF blob, checked.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Btf;

/// <summary>Header facts of a BTF blob (Documentation/bpf/btf.rst, struct btf_header).</summary>
internal readonly struct BtfSections
{
    private const ushort Magic = 0xeb9f;

    private const int SmallestHeader = 24;

    private BtfSections(ByteRegion types, ByteRegion strings, bool isBigEndian)
    {
        Types = types;
        Strings = strings;
        IsBigEndian = isBigEndian;
    }

    public ByteRegion Types { get; }

    public ByteRegion Strings { get; }

    public bool IsBigEndian { get; }

    public static BtfSections Read(ByteRegion blob)
    {
        if (blob.Length < SmallestHeader)
        {
            throw new DumpFormatException(FormatError.Truncated, FormattableString.Invariant($"BTF of {blob.Length} bytes is too short for a header"));
        }

        ReadOnlySpan<byte> start = blob.Span(0, SmallestHeader);
        bool isBigEndian = start[0] == 0xeb && start[1] == 0x9f;
        var reader = new SpanReader(start, isBigEndian);
        if (reader.ReadUInt16() != Magic)
        {
            throw new DumpFormatException(FormatError.NotRecognized, "the data does not begin with BTF's magic 0xeb9f");
        }

        byte version = reader.ReadByte();
        if (version != 1)
        {
            throw new DumpFormatException(FormatError.Unsupported, FormattableString.Invariant($"BTF version {version} is not known; only 1 is"));
        }

        reader.Skip(1);
        uint headerLength = reader.ReadUInt32();
        uint typeOffset = reader.ReadUInt32();
        uint typeLength = reader.ReadUInt32();
        uint stringOffset = reader.ReadUInt32();
        uint stringLength = reader.ReadUInt32();
        if (headerLength < SmallestHeader
            || !blob.Contains((long)headerLength + typeOffset, typeLength)
            || !blob.Contains((long)headerLength + stringOffset, stringLength)
            || typeLength > int.MaxValue
            || stringLength > int.MaxValue)
        {
            throw new DumpFormatException(
                FormatError.BadHeader,
                FormattableString.Invariant($"BTF sections (types {typeLength} bytes at {typeOffset}, strings {stringLength} at {stringOffset}) lie outside its {blob.Length} bytes"));
        }

        return new BtfSections(
            blob.Slice((long)headerLength + typeOffset, typeLength),
            blob.Slice((long)headerLength + stringOffset, stringLength),
            isBigEndian);
    }
}
