// XenSections: the sections of a Xen domain's core file.
using VaQuest.Binary;
using VaQuest.Dumps.Formats.Elf.Wire;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Xen;

/// <summary>Section headers by name. Never throws on data: what cannot be read is not there.</summary>
internal sealed class XenSections
{
    /// <summary>xl dump-core writes seven sections; more are not looked at.</summary>
    private const int MaxSections = 256;

    /// <summary>Longest name compared, in bytes.</summary>
    private const int MaxNameBytes = 32;

    private readonly Dictionary<string, XenSection> _byName = new(StringComparer.Ordinal);

    public XenSection? Find(string name) => _byName.GetValueOrDefault(name);

    public static XenSections Read(DumpInput input, in ElfHeader elf)
    {
        var sections = new XenSections();
        if (elf.SectionHeaderBytes < elf.MinSectionHeaderBytes || elf.SectionNamesIndex >= elf.SectionCount
            || ReadHeader(input.Source, elf, elf.SectionNamesIndex) is not { } names)
        {
            return sections;
        }

        Span<byte> text = stackalloc byte[MaxNameBytes];
        for (int i = 0; i < Math.Min(elf.SectionCount, MaxSections); i++)
        {
            if (ReadHeader(input.Source, elf, i) is { } section && names.Offset <= (ulong)long.MaxValue - section.NameAt)
            {
                int count = input.Source.ReadSome((long)(names.Offset + section.NameAt), text, "a section's name");
                sections._byName.TryAdd(DumpText.Clean(text[..count]), section);
            }
        }

        return sections;
    }

    private static XenSection? ReadHeader(DumpSource source, in ElfHeader elf, int index)
    {
        Span<byte> bytes = stackalloc byte[64];
        bytes = bytes[..elf.MinSectionHeaderBytes];
        ulong at = unchecked(elf.SectionHeadersAt + (ulong)((long)index * elf.SectionHeaderBytes));
        if (at > long.MaxValue || source.ReadSome((long)at, bytes, "a section header") < bytes.Length)
        {
            return null;
        }

        var reader = new SpanReader(bytes, elf.IsBigEndian, elf.WordSize);
        uint nameAt = reader.ReadUInt32();
        reader.Skip(4);
        reader.ReadWord();
        reader.ReadWord();
        ulong offset = reader.ReadWord();
        ulong size = reader.ReadWord();
        return offset > long.MaxValue ? null : new XenSection(nameAt, offset, size);
    }
}
