// DwarfSection: one debug section's bytes, with relocations applied when the file needs that.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// Bounds-checked access to one section. For relocatable files the bytes are copied and relocated chunk by chunk as they are asked for.
/// </summary>
internal sealed class DwarfSection
{
    private readonly ByteRegion _bytes;
    private readonly RelocatedBytes? _relocated;

    public DwarfSection(string name, ByteRegion bytes, RelocatedBytes? relocated = null)
    {
        Name = name;
        _bytes = bytes;
        _relocated = relocated;
    }

    public string Name { get; }

    public long Length => _bytes.Length;

    /// <summary>The bytes at an offset. Throws <see cref="DumpFormatException"/> when they are not inside.</summary>
    public ReadOnlySpan<byte> Span(long offset, long length)
    {
        if (!_bytes.Contains(offset, length) || length > int.MaxValue)
        {
            throw DwarfErrors.Cut(Name, offset, length, Length);
        }

        return _relocated is null ? _bytes.Span(offset, (int)length) : _relocated.Span(offset, (int)length);
    }

    /// <summary>The bytes from an offset to the end of the section, at most <paramref name="limit"/>.</summary>
    public ReadOnlySpan<byte> SpanFrom(long offset, int limit = int.MaxValue) =>
        Span(offset, offset < 0 || offset > Length ? 0 : Math.Min(limit, Length - offset));

    /// <summary>The NUL-terminated text at an offset. Throws when there is none.</summary>
    public ReadOnlySpan<byte> Text(long offset)
    {
        ReadOnlySpan<byte> rest = SpanFrom(offset);
        int end = rest.IndexOf((byte)0);
        return end >= 0 ? rest[..end] : throw DwarfErrors.Bad(Name, offset, "a text without end");
    }
}
