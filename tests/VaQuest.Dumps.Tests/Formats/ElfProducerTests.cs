// ElfProducerTests: what is known of the producers of ELF vmcores: /proc/kcore, old and new, copies of it, snap.so, VirtualBox, Xen hosts.
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class ElfProducerTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static NoteWriter KcoreNotes() => new NoteWriter().AddPrStatus64(1, 336).Add("CORE", 3, new byte[136]).Add("CORE", 4, new byte[64]);

    private static string ProducerOf(Vmcore vmcore) => vmcore.Details.Single(detail => detail.Key == "Producer").Value;

    [Fact]
    public void NamesTheProducer()
    {
        foreach ((string name, uint type, string producer) in new[]
        {
            ("VMCOREINFO", 0u, "kdump"), ("QEMU", 0u, "QEMU dump-guest-memory"), ("SNAP", 4u, "crash's snap extension, from a running system"),
            ("VBCORE", 0xb00u, "VirtualBox"), ("Xen", 0x1000001u, "kdump of a Xen host"), ("OTHER", 1u, "unknown"),
        })
        {
            using Vmcore vmcore = _files.Open(new ElfVmcoreWriter().Notes(new NoteWriter().Add(name, type, new byte[16])).Segment(0, Pages.Make(1)).ToArray());
            Assert.Equal(producer, ProducerOf(vmcore));
            Assert.Equal("elf", vmcore.Format);
            Assert.Equal(name == "SNAP", vmcore.Warnings.Any(warning => warning.Contains("not of one moment", StringComparison.Ordinal)));
            Pages.AssertReads(vmcore, 0, Pages.Make(1));
        }
    }

    [Fact]
    public void ReadsKcoreWithPhysicalAddresses()
    {
        // vmalloc has no physical address, and a size that no file has.
        byte[] dump = new ElfVmcoreWriter { Alignment = 4096 }.Notes(KcoreNotes().AddVmcoreinfo())
            .Segment(0x1000000, Pages.Make(1), virtualAddress: 0xffffffff81000000)
            .Segment(ulong.MaxValue, [], memoryBytes: 0x1fffffffffff, fileBytes: 0x1fffffffffff, virtualAddress: 0xffffc90000000000, offset: 0x490000003000)
            .Segment(0x1000, Pages.Make(2), virtualAddress: 0xffff888000001000).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.Equal("/proc/kcore, from a running system", ProducerOf(vmcore));
        Pages.AssertReads(vmcore, 0x1000000, Pages.Make(1));
        Pages.AssertReads(vmcore, 0x1000, Pages.Make(2));
        Assert.Equal(2ul * 4096, vmcore.PhysicalBytes);
        Assert.Empty(vmcore.Warnings);
    }

    [Fact]
    public void ReadsTheHeadOfACopiedKcore()
    {
        // What dd took of it: the notes, and no memory at all.
        byte[] dump = new ElfVmcoreWriter { Alignment = 4096 }.Notes(KcoreNotes().AddVmcoreinfo())
            .Segment(0x1000, [], memoryBytes: 0x9e000, fileBytes: 0x9e000, virtualAddress: 0xffff888000001000, offset: 0x8880000004000)
            .Segment(0x100000, [], memoryBytes: 1ul << 36, fileBytes: 1ul << 36, virtualAddress: 0xffff888000100000, offset: ulong.MaxValue >> 1)
            .ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.False(vmcore.IsComplete);
        Assert.Equal("6.1.0-test", vmcore.Vmcoreinfo.Release);
        Assert.StartsWith("the file ends at byte", Assert.Single(vmcore.Warnings));
        Pages.AssertStops(vmcore, 0x1000, 8, ReadStatus.Truncated, 0x1000);
        Pages.AssertStops(vmcore, (1ul << 36) + 0xfffff, 8, ReadStatus.Truncated, (1ul << 36) + 0xfffff);
    }

    [Fact]
    public void CountsPhysicalAddressesOfOldKcoreFromTheDirectMap()
    {
        byte[] dump = new ElfVmcoreWriter { Alignment = 4096 }.Notes(KcoreNotes())
            .Segment(0, Pages.Make(9), virtualAddress: 0xffffffff81000000)
            .Segment(0, [], memoryBytes: 0x1fffffffffff, virtualAddress: 0xffffc90000000000)
            .Segment(0, [1, 2, 3], virtualAddress: 0xffffea0000000000)
            .Segment(0, Pages.Make(1), virtualAddress: 0xffff880000001000)
            .Segment(0, Pages.Make(2), virtualAddress: 0xffff880140000000).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.Contains("the direct map's base 0xffff880000000000", Assert.Single(vmcore.Warnings));
        Pages.AssertReads(vmcore, 0x1000, Pages.Make(1));
        Pages.AssertReads(vmcore, 0x140000000, Pages.Make(2));
        Assert.Equal(2, vmcore.Ranges.Count);
    }

    [Fact]
    public void ReadsOnlyLowMemoryOfOldKcoreOnI386()
    {
        byte[] dump = new ElfVmcoreWriter { Is64 = false, Machine = 3, Alignment = 4096, HeaderSize = 52 }
            .Notes(new NoteWriter().AddPrStatus32(1, 144).Add("CORE", 3, new byte[124]).Add("CORE", 4, new byte[64]))
            .Segment(0, Pages.Make(5), virtualAddress: 0xf8000000).Segment(0, Pages.Make(1), virtualAddress: 0xc0000000).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Pages.AssertReads(vmcore, 0, Pages.Make(1));
        Assert.Equal([new PhysicalRange(new PhysAddr(0), 4096)], vmcore.Ranges);
    }

    [Fact]
    public void ReadsNothingOfOldKcoreOnOtherArchitectures()
    {
        byte[] dump = new ElfVmcoreWriter { Machine = 183, Alignment = 4096 }.Notes(KcoreNotes())
            .Segment(0, Pages.Make(1), virtualAddress: 0xffffffc000080000).Segment(0, Pages.Make(2), virtualAddress: 0xffffffbc00000000).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.Contains("nothing can be read of it", vmcore.Warnings[0]);
        Pages.AssertStops(vmcore, 0, 8, ReadStatus.NotInDump, 0);
    }
}
