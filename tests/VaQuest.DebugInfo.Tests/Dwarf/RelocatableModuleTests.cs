// RelocatableModuleTests: debug information of kernel modules, whose addresses are offsets in sections.
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.TestKit.Dwarf;
using VaQuest.TestKit.Elf;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Dwarf;

public sealed class RelocatableModuleTests
{
    private const int X86_64 = 62;
    private const int Aarch64 = 183;

    [Theory]
    [InlineData(X86_64, 1)]
    [InlineData(Aarch64, 257)]
    public void AppliesRelocationsAndTellsSectionsApart(int machine, int absoluteType)
    {
        DwarfImage image = Open(BuildModule((ushort)machine, absoluteType));

        Assert.Equal("plain@/build/linux/main.c:30:1", DwarfImageTests.Render(image.FindFrames(0x100, ".init.text")));
        Assert.StartsWith("inner@", DwarfImageTests.Render(image.FindFrames(0x28, ".init.text")), StringComparison.Ordinal);
        Assert.Null(image.FindFrames(0x100, ".text"));
        Assert.Null(image.FindFrames(0x100));
        Assert.Null(image.FindFrames(0x100, ".exit.text"));
        Assert.Equal((0x0UL, 0x100UL), (image.FindFrames(0x28, ".init.text")!.FunctionStart, image.FindFrames(0x28, ".init.text")!.FunctionEnd));
    }

    [Fact]
    public void AppliesRelocationsInAnyOrder()
    {
        DwarfImage image = Open(BuildModule(X86_64, 1, reversed: true));

        Assert.Equal("plain@/build/linux/main.c:30:1", DwarfImageTests.Render(image.FindFrames(0x100, ".init.text")));
    }

    [Theory]
    [InlineData(99)]
    [InlineData(0)]
    public void LeavesUnknownRelocationsAlone(int type)
    {
        DwarfImage image = Open(BuildModule(X86_64, type));

        Assert.Null(image.FindFrames(0x100, ".init.text"));
    }

    [Fact]
    public void IgnoresRelocationsOfLinkedFiles()
    {
        // What --emit-relocs leaves in vmlinux has been applied already.
        DwarfImage image = Open(BuildModule(X86_64, 1, type: 2, stored: 0x5000));

        Assert.Equal("plain@/build/linux/main.c:30:1", DwarfImageTests.Render(image.FindFrames(0x5100)));
    }

    private static DwarfImage Open(byte[] file) => DwarfImage.Open(ElfImage.Parse(new ByteRegion(file), "test.ko"));

    // Every address in the debug sections is stored as if its section began at `stored` and relocated against .init.text.
    private static byte[] BuildModule(ushort machine, int relocationType, bool reversed = false, ushort type = 1, ulong stored = 0)
    {
        var dwarf = new DwarfWriter();
        const ulong Marker = 0x7700000000;
        Dictionary<string, byte[]> sections = new SampleUnit { Start = Marker }.Sections(dwarf);
        var elf = new ElfWriter { Type = type, Machine = machine };
        elf.AddSection(".text", new byte[0x140], flags: 6);
        elf.AddSection(".init.text", new byte[0x140], flags: 6);
        int symbol = elf.AddSymbol("", 0, type: 3, binding: 0, section: 2);
        var relocations = new List<(string Name, byte[] Entries, int Target)>();
        foreach ((string name, byte[] data) in sections)
        {
            List<byte[]> entries = ExtractAddresses(data, Marker, stored, symbol, relocationType);
            if (reversed)
            {
                entries.Reverse();
            }

            int index = elf.AddSection(".debug_" + name, data);
            relocations.Add((name, [.. entries.SelectMany(entry => entry)], index));
        }

        uint symbolTable = (uint)(2 + sections.Count + relocations.Count + 1);
        foreach ((string name, byte[] entries, int target) in relocations)
        {
            elf.AddSection(".rela.debug_" + name, entries, type: 4, link: symbolTable, info: (uint)target, entrySize: 24);
        }

        return elf.Build();
    }

    private static List<byte[]> ExtractAddresses(byte[] data, ulong marker, ulong stored, int symbol, int type)
    {
        var entries = new List<byte[]>();
        for (int i = 0; i + 8 <= data.Length; i++)
        {
            ulong value = BitConverter.ToUInt64(data, i);
            if (value >= marker && value < marker + 0x1000)
            {
                BitConverter.GetBytes(stored == 0 ? 0 : value - marker + stored).CopyTo(data, i);
                entries.Add(new ByteAssembler().U64((ulong)i).U64(((ulong)symbol << 32) | (uint)type).U64(value - marker).ToArray());
            }
        }

        return entries;
    }
}
