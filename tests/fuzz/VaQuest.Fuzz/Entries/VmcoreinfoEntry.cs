// VmcoreinfoEntry: the kernel's note of facts.
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Fuzz.Engine;
using VaQuest.TestKit.Dumps;

namespace VaQuest.Fuzz.Entries;

/// <summary>Parses a text and asks for everything the program ever asks for.</summary>
internal sealed class VmcoreinfoEntry() : FuzzEntry("vmcoreinfo")
{
    public override IEnumerable<FuzzSeed> Seeds => [new(Text(NoteWriter.SampleVmcoreinfo)), new(Text("OSRELEASE=6.1\nNUMBER(phys_base)=-0x10\n\0\0=\n"))];

    public override IReadOnlyList<byte[]> Words { get; } =
        [.. new[] { "NUMBER(phys_base)=", "SYMBOL(", "OFFSET(", "SIZE(", "=", "\n", "0x", "-", "KERNELOFFSET=", "BUILD-ID=", "CRASHTIME=" }.Select(Text)];

    public override void Run(byte[] input)
    {
        VmcoreinfoTable table = VmcoreinfoTable.Parse(input);
        _ = (table.Release, table.BuildId, table.KernelOffset, table.IsEmpty, table.Warnings.Count);
        _ = (table.FindSymbol("_stext"), table.FindNumber("phys_base"), table.FindOffset("list_head.next"), table.FindSize("list_head"), table.FindLength("zone.free_area"));
        Require(table.Text.Length <= input.Length, "the text is no longer than the note");
    }
}
