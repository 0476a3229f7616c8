// LabWhatIsTests: objects that a lab module left in known states; what is expected follows from the module's source.
using System.Globalization;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.WhatIs;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.WhatIs;

public sealed class LabWhatIsTests
{
    private const string Kernel = "6.1-cloud";

    // Of modules/lab_whatis/states.c: the name that the log tells the address by, and what must be said of it.
    private static readonly (string Name, string Kind, string[] Says)[] s_expected =
    [
        ("cache", "slab", ["allocated object", "of slab cache kmem_cache", "slab cache parcel, objects of 72 bytes"]),
        ("parcel", "slab", ["allocated object", "slab cache parcel (72 bytes): parcel.number"]),
        ("parcel-label", "slab", ["slab cache parcel (72 bytes): parcel.label+0x3"]),
        ("parcel-link", "slab", ["parcel.link.prev"]),
        ("parcel-freed", "slab", ["free object", "of slab cache parcel", "free list"]),
        ("page-order2", "page", ["page 1 of 4 allocated as one"]),
        ("page-struct", "struct-page", ["struct page of page frame", "the first of 4 allocated as one"]),
        ("page-freed", "page", ["free, in a block of"]),
        ("vmalloc", "vmalloc", ["vmalloc area at", "of 12 KiB, offset 0x64", "[lab_whatis]"]),
        ("vmalloc-guard", "vmalloc", ["the guard page of the vmalloc area"]),
        ("vmap", "vmalloc", ["vmap area at", "of 8 KiB, offset 0x1000", "[lab_whatis]"]),
        ("percpu-static", "per-cpu", ["per-CPU variable lab_tally of module lab_whatis of CPU 1"]),
        ("percpu-dynamic", "per-cpu", ["dynamic per-CPU allocation of CPU 0"]),
        ("task", "slab", ["of slab cache task_struct", " sh, state R"]),
        ("task-comm", "slab", ["task_struct.comm+0x2"]),
        ("canary", "stack-canary", ["the stack canary of PID", " sh "]),
        ("file", "slab", ["of slab cache filp", "/tmp/doomed (deleted)"]),
        ("dentry", "slab", ["of slab cache dentry", "/doomed (deleted)", "(tmpfs)"]),
        ("inode", "slab", ["vfs_inode.i_mode", "regular file /doomed (deleted), inode", "6 B (tmpfs)"]),
        ("file-page", "page", ["page 0 of the file /doomed (deleted)", "dirty"]),
        ("stack-local", "stack", [" sh: local local+0x8 (struct parcel) in frame", "states_stop"]),
    ];

    [LabFact(Kernel, "whatis")]
    public void NamesWhatTheModuleLeft()
    {
        LabDump dump = Lab.Find(Kernel, "whatis")!;
        using IDumpSession session = Open(dump);
        Dictionary<string, ulong> told = ReadAddresses(dump);
        foreach ((string name, string kind, string[] says) in s_expected)
        {
            AddressAnswer answer = Identify(session, told[name]);
            string all = string.Join('\n', [answer.Text, .. answer.Details]);
            Assert.True(answer.Kind == kind, $"{name} is {answer.Kind}: {all}");
            Assert.All(says, text => Assert.True(all.Contains(text, StringComparison.Ordinal), $"{name} lacks \"{text}\": {all}"));
        }
    }

    [LabFact(Kernel, "whatis")]
    public void NamesPagesOfAnOfflineBlock()
    {
        LabDump dump = Lab.Find(Kernel, "whatis")!;
        using IDumpSession session = Open(dump);
        string line = File.ReadLines(dump.PathOf("dmesg.txt")).Single(text => text.Contains("lab: offline", StringComparison.Ordinal));
        ulong number = ulong.Parse(line[(line.LastIndexOf("memory", StringComparison.Ordinal) + 6)..], CultureInfo.InvariantCulture);
        const ulong BlockBytes = 128 << 20;
        ulong inside = (number * BlockBytes) + 0x1234;

        AddressAnswer byPhysical = session.Identify(new AddressQuestion(inside, AddressMeaning.Physical), CancellationToken.None);
        AddressAnswer byFrame = session.Identify(new AddressQuestion(inside >> 12, AddressMeaning.PageFrame), CancellationToken.None);
        Assert.All([byPhysical, byFrame], answer => Assert.Contains($"in memory block {number}, which is offline", answer.Text, StringComparison.Ordinal));
        Assert.Equal(byFrame.Address, byPhysical.Address & ~0xfffUL);

        string report = session.GetReport(CancellationToken.None).Text;
        Assert.Contains($"memory{number} ", report, StringComparison.Ordinal);
        Assert.Contains("128 MiB     offline", report, StringComparison.Ordinal);
        Assert.Equal(number, Assert.Single(session.GetCrashReport(CancellationToken.None).MemoryBlocks).Number);
    }

    [LabFact(Kernel, "whatis-debug")]
    public void TellsWhatSlabDebuggingRecorded()
    {
        LabDump dump = Lab.Find(Kernel, "whatis-debug")!;
        using IDumpSession session = Open(dump);
        Dictionary<string, ulong> told = ReadAddresses(dump);

        AddressAnswer kept = Identify(session, told["parcel"]);
        Assert.Contains(kept.Details, line => line.StartsWith("allocated by states_make", StringComparison.Ordinal) && line.Contains("lab_whatis_write", StringComparison.Ordinal));
        Assert.DoesNotContain(kept.Details, line => line.StartsWith("freed by", StringComparison.Ordinal));

        AddressAnswer freed = Identify(session, told["parcel-freed"]);
        Assert.Contains(freed.Details, line => line.StartsWith("freed by states_make", StringComparison.Ordinal));
        Assert.DoesNotContain(freed.Details, line => line.Contains("overwritten", StringComparison.Ordinal));

        Assert.StartsWith("in the red zone, 3 bytes before", Identify(session, told["parcel"] - 3).Text, StringComparison.Ordinal);
        Assert.StartsWith("behind the end, offset 0x4b", Identify(session, told["parcel"] + 75).Text, StringComparison.Ordinal);
    }

    private static AddressAnswer Identify(IDumpSession session, ulong address) => session.Identify(new AddressQuestion(address), CancellationToken.None);

    private static IDumpSession Open(LabDump dump) => DumpSession.Open(
        dump.Vmcore, new SessionOptions { Vmlinux = dump.Vmlinux, DebugDirectories = [dump.PathOf("modules")] }, CancellationToken.None);

    private static Dictionary<string, ulong> ReadAddresses(LabDump dump)
    {
        var told = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(dump.PathOf("dmesg.txt")))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int at = Array.IndexOf(words, "whatis");
            if (at > 0 && words[at - 1] == "lab:" && at + 2 < words.Length && ulong.TryParse(words[at + 2], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong address))
            {
                told[words[at + 1]] = address;
            }
        }

        return told;
    }
}
