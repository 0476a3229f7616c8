// ElfEntry: ELF files: vmlinux, modules, debug files.
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.Fuzz.Engine;
using VaQuest.TestKit.Elf;

namespace VaQuest.Fuzz.Entries;

/// <summary>Parses a file and touches its headers, sections, symbols and notes.</summary>
internal sealed class ElfEntry() : FuzzEntry("elf")
{
    private const int MaxTouched = 200;

    public override IEnumerable<FuzzSeed> Seeds => [new(Build(true, false)), new(Build(false, true))];

    public override IReadOnlyList<byte[]> Words { get; } = [.. new[] { ".debug_info\0", ".symtab\0", ".strtab\0", "GNU\0", "\u007fELF" }.Select(Text)];

    public override void Run(byte[] input)
    {
        ElfImage elf = ElfImage.Parse(new ByteRegion(input), "fuzz");
        foreach (ElfSection section in elf.Sections.Take(MaxTouched))
        {
            _ = elf.FindSection(section.Name);
            Touch(() => elf.GetData(section).Length);
        }

        Touch(() => elf.Symbols.FindByName("main"));
        Touch(() => elf.Symbols.FindByAddress(0x1000));
        Touch(() => elf.BuildId);
        Touch(() => elf.EnumerateNotes().Take(MaxTouched).Count());
        foreach (ElfSegment segment in elf.Segments.Take(MaxTouched))
        {
            Touch(() => elf.GetData(segment).Length);
        }
    }

    /// <summary>A damaged part must not hide the next one.</summary>
    private static void Touch<T>(Func<T> part)
    {
        try
        {
            _ = part();
        }
        catch (DumpFormatException)
        {
            // The part is damaged, and says so.
        }
    }

    private static byte[] Build(bool is64, bool isBigEndian)
    {
        var elf = new ElfWriter(is64, isBigEndian);
        elf.AddSection(".text", new byte[64], flags: 6, address: 0x1000);
        elf.AddSection(".note.gnu.build-id", ElfWriter.BuildIdNote([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20], isBigEndian), type: 7);
        elf.AddSymbol("main", 0x1000, 16);
        elf.AddSymbol("other", 0x1010, 16);
        elf.AddSegment(4, 0, ElfWriter.Note("CORE", 1, new byte[16], isBigEndian));
        return elf.Build();
    }
}
