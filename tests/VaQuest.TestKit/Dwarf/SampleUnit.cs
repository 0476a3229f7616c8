// SampleUnit: the unit most DWARF tests start from: two functions, one with two levels of inlining.
using VaQuest.DebugInfo.Dwarf;
using VaQuest.TestKit.Elf;

namespace VaQuest.TestKit.Dwarf;

/// <summary>
/// outer() covers 0x1000..0x1100; middle() is inlined into it at 0x1010..0x1050 (called at main.c:20:5), and inner() into that at
/// 0x1020..0x1030 and, by a range list, nowhere else (called at util.h:7:3). plain() covers 0x1100..0x1140. Lines: see Rows.
/// </summary>
public sealed class SampleUnit
{
    public ushort Version { get; init; } = 5;

    public bool Is64Dwarf { get; init; }

    public int AddressSize { get; init; } = 8;

    public bool IsBigEndian { get; init; }

    public ulong Start { get; init; } = 0x1000;

    public string CompilationDirectory { get; init; } = "/build/linux";

    public bool HasAranges { get; init; } = true;

    /// <summary>Changes the tree before it is written.</summary>
    public Action<DwarfEntry>? Change { get; init; }

    /// <summary>Changes the sections' bytes before the file is written, by name without ".debug_".</summary>
    public Action<Dictionary<string, byte[]>>? Break { get; init; }

    public byte[] Build()
    {
        var dwarf = new DwarfWriter(Version, Is64Dwarf, AddressSize, IsBigEndian);
        Dictionary<string, byte[]> sections = Sections(dwarf);
        Break?.Invoke(sections);
        var elf = new ElfWriter(AddressSize == 8, IsBigEndian);
        elf.AddSection(".text", new byte[0x140], flags: 6, address: Start);
        foreach ((string name, byte[] data) in sections)
        {
            elf.AddSection(".debug_" + name, data);
        }

        return elf.Build();
    }

    public Dictionary<string, byte[]> Sections(DwarfWriter dwarf)
    {
        DwarfEntry root = Tree();
        Change?.Invoke(root);
        var sections = new Dictionary<string, byte[]>
        {
            ["info"] = dwarf.Unit(root),
            ["abbrev"] = dwarf.Abbreviations(),
            ["line"] = dwarf.Lines(Directories(), Files(), Rows(), Start + 0x140),
            [Version >= 5 ? "rnglists" : "ranges"] = dwarf.RangeList((Start + 0x20, Start + 0x30)),
        };
        if (HasAranges)
        {
            sections["aranges"] = dwarf.Aranges((Start, 0x140));
        }

        return sections;
    }

    // File numbers 1 (main.c) and 2 (util.h) mean the same in both ways of counting.
    private string[] Directories() => Version >= 5 ? [CompilationDirectory, "../include"] : ["../include"];

    private (string, int)[] Files() =>
        Version >= 5 ? [("main.c", 0), ("main.c", 0), ("util.h", 1)] : [("main.c", 0), ("util.h", 1)];

    private LineRecord[] Rows() =>
    [
        new(Start, 1, 10, 1),
        new(Start + 0x10, 2, 6, 9),
        new(Start + 0x20, 2, 3, 2),
        new(Start + 0x20, 2, 4, 12),
        new(Start + 0x30, 2, 8, 9),
        new(Start + 0x50, 1, 0),
        new(Start + 0x60, 1, 22, 2),
        new(Start + 0x100, 1, 30, 1),
    ];

    private DwarfEntry Tree()
    {
        DwarfForm offset = Version >= 4 ? DwarfForm.SecOffset : Is64Dwarf ? DwarfForm.Data8 : DwarfForm.Data4;
        DwarfForm flag = Version >= 4 ? DwarfForm.FlagPresent : DwarfForm.Flag;
        return new DwarfEntry(DwarfTag.CompileUnit, "root").Named("main.c").With(DwarfAttribute.CompDir, CompilationDirectory)
            .With(DwarfAttribute.Language, DwarfForm.Data1, 0x1d).With(DwarfAttribute.StmtList, offset, 0).Covers(Start, Start + 0x140)
            .Holds(
                new DwarfEntry(DwarfTag.StructureType).Named("thing").WithSibling("behind thing").Holds(
                    new DwarfEntry(DwarfTag.Member).Named("field")),
                new DwarfEntry(DwarfTag.Subprogram, "inner").Named("inner").With(DwarfAttribute.Inline, DwarfForm.Data1, 3),
                new DwarfEntry(DwarfTag.Subprogram, "middle").Named("middle").With(DwarfAttribute.Inline, DwarfForm.Data1, 3),
                new DwarfEntry(DwarfTag.Subprogram, "declared").Named("outer").With(DwarfAttribute.Declaration, flag, 1),
                new DwarfEntry(DwarfTag.Subprogram, "outer").Refers(DwarfAttribute.Specification, "declared")
                    .Covers(Start, Start + 0x100).With(DwarfAttribute.FrameBase, DwarfForm.Block1, 1).WithSibling("behind outer").Holds(
                        new DwarfEntry(DwarfTag.Variable).Named("i"),
                        new DwarfEntry(DwarfTag.LexicalBlock).Holds(
                            new DwarfEntry(DwarfTag.InlinedSubroutine).Refers(DwarfAttribute.AbstractOrigin, "middle")
                                .Covers(Start + 0x10, Start + 0x50).CalledAt(1, 20, 5).Holds(
                                    new DwarfEntry(DwarfTag.FormalParameter).Named("p"),
                                    new DwarfEntry(DwarfTag.InlinedSubroutine).Refers(DwarfAttribute.AbstractOrigin, "inner")
                                        .With(DwarfAttribute.Ranges, offset, 0).CalledAt(2, 7, 3)))),
                new DwarfEntry(DwarfTag.Subprogram, "plain").Named("plain").Covers(Start + 0x100, Start + 0x140));
    }
}
