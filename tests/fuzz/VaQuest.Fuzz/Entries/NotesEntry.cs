// NotesEntry: ELF notes of a dump.
using VaQuest.Dumps;
using VaQuest.Dumps.Notes;
using VaQuest.Fuzz.Engine;
using VaQuest.TestKit.Dumps;

namespace VaQuest.Fuzz.Entries;

/// <summary>Reads an area of notes, in both byte orders by the first byte, and what they mean.</summary>
internal sealed class NotesEntry() : FuzzEntry("notes")
{
    public override IEnumerable<FuzzSeed> Seeds =>
    [
        new([0, .. new NoteWriter().AddPrStatus64(1, 336, 1, 2, 3).AddPadding(24).AddQemu(1, 2, 3).AddVmcoreinfo().Add("ERASEINFO", 0, "erase a size 1\n"u8).ToArray()]),
        new([1, .. new NoteWriter(true).AddPrStatus32(1, 144, 1).AddPrStatus64(1, 336).ToArray()]),
    ];

    public override IReadOnlyList<byte[]> Words { get; } = [.. new[] { "CORE\0", "QEMU\0", "VMCOREINFO\0", "ERASEINFO\0", "LINUX\0" }.Select(Text)];

    public override void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        var warnings = new List<string>();
        var limits = new DumpLimits();
        bool isBigEndian = (input[0] & 1) != 0;
        var reader = new NoteReader(new MemorySource(input[1..]), isBigEndian, limits, warnings);
        reader.Read(0, (ulong)input.Length + 100);
        foreach (string machine in new[] { "x86_64", "i386", "s390x", "none" })
        {
            NoteSummary summary = NoteSummary.Read(reader.Notes, Machine.FindByName(machine), isBigEndian, warnings);
            _ = (summary.Cpus.Count, summary.QemuCpus.Count, summary.EraseInfo.Count, summary.Vmcoreinfo.Release);
        }
    }
}
