// DwarfEntryPoint: debug information: units and their trees, or line programs.
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.Fuzz.Engine;
using VaQuest.TestKit.Dwarf;

namespace VaQuest.Fuzz.Entries;

/// <summary>Looks addresses up in a file of which only the named sections are changed; every DWARF version, byte order and offset size is a seed.</summary>
internal sealed class DwarfEntryPoint(string name, params string[] sections) : FuzzEntry(name)
{
    private static readonly ulong[] s_addresses = [0, 0x1000, 0x1025, 0x1045, 0x10ff, 0x1100, 0x1113, 0x2000];

    public override IEnumerable<FuzzSeed> Seeds
    {
        get
        {
            foreach ((ushort version, bool is64, int size, bool isBig) in new[] { ((ushort)5, false, 8, false), ((ushort)4, false, 8, false), ((ushort)2, false, 4, true), ((ushort)5, true, 8, true) })
            {
                byte[] file = new SampleUnit { Version = version, Is64Dwarf = is64, AddressSize = size, IsBigEndian = isBig }.Build();
                foreach (ElfSection section in ElfImage.Parse(new ByteRegion(file), "seed").Sections.Where(section => sections.Contains(section.Name.Replace(".debug_", "", StringComparison.Ordinal))))
                {
                    yield return new FuzzSeed(file) { FocusAt = (int)section.FileOffset, FocusLength = (int)section.Size };
                }
            }
        }
    }

    public override void Run(byte[] input)
    {
        DwarfImage image = DwarfImage.Open(ElfImage.Parse(new ByteRegion(input), "fuzz"));
        foreach (ulong address in s_addresses)
        {
            _ = image.FindFrames(address);
            _ = image.FindUnit(address);
        }

        Require(image.Issues.Count <= 100, "complaints are bounded");
    }
}
