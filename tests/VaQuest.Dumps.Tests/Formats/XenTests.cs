// XenTests: core files of Xen guests, and kdumps of Xen hosts seen as domain 0 sees its memory.
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class XenTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadsGuestsByTheirOwnFrames(bool isParavirtual)
    {
        byte[] registers = Pages.Make(3, 27 * 8);
        var writer = new XenCoreWriter { IsParavirtual = isParavirtual };
        foreach (ulong pfn in new ulong[] { 1, 2, 3, 7, 5, 100 })
        {
            writer.Page(pfn, Pages.Make(pfn), 5000 - (3 * pfn));
        }

        using Vmcore vmcore = _files.Open(writer.Cpu(registers).Cpu(new byte[27 * 8]).ToArray());
        Assert.Equal(("elf", "x86_64", 4096), (vmcore.Format, vmcore.Architecture, vmcore.PageSize));
        Assert.Empty(vmcore.Warnings);
        Assert.True(vmcore.IsComplete);
        Assert.Contains(vmcore.Details, detail => detail is { Key: "Producer", Value: "Xen, xl dump-core" });
        Pages.AssertReads(vmcore, 0x1000, [.. Pages.Make(1), .. Pages.Make(2), .. Pages.Make(3)]);
        Pages.AssertReads(vmcore, 0x5000, Pages.Make(5));
        Pages.AssertReads(vmcore, 100 * 4096, Pages.Make(100));
        Pages.AssertStops(vmcore, 0x3ff0, 32, ReadStatus.NotInDump, 0x4000);
        Assert.Equal(4, vmcore.Ranges.Count);
        Assert.Equal(2, vmcore.CpuNotes.Count);
        Assert.Equal(registers[..120], vmcore.CpuNotes[0].Registers[..120].ToArray());
        Assert.Equal(registers[128..136], vmcore.CpuNotes[0].Registers[128..136].ToArray());
        Assert.Equal(registers[152..160], vmcore.CpuNotes[0].Registers[152..160].ToArray());
        Assert.True(vmcore.CpuNotes[1].IsEmpty);
        Assert.Equal(isParavirtual, vmcore.MachineFrames is not null);
        if (vmcore.MachineFrames is { } frames)
        {
            Assert.True(frames.TryToPhysical(((5000 - 21) * 4096) + 0x123, out PhysAddr address));
            Assert.Equal(0x7123ul, address.Value);
            Assert.False(frames.TryToPhysical(1ul << 50, out _));
        }
    }

    [Fact]
    public void ReadsWhatIsLeftOfACutGuest()
    {
        var writer = new XenCoreWriter();
        for (ulong pfn = 0; pfn < 10; pfn++)
        {
            writer.Page(pfn, Pages.Make(pfn));
        }

        // xl writes the table of frames last: without it nothing says which page is which.
        byte[] dump = writer.ToArray();
        using Vmcore vmcore = _files.Open(dump[..^24]);
        Assert.False(vmcore.IsComplete);
        Assert.Contains("7 of 10 are there", Assert.Single(vmcore.Warnings));
        Pages.AssertReads(vmcore, 0, [.. Pages.Make(0), .. Pages.Make(1)]);
        Pages.AssertStops(vmcore, 0x6000, 8192, ReadStatus.NotInDump, 0x7000);
    }

    [Fact]
    public void TellsAGuestWithoutATableOfFrames()
    {
        byte[] dump = new XenCoreWriter().Page(1, Pages.Make(1)).ToArray();
        int at = dump.AsSpan().IndexOf(".xen_pfn"u8);
        dump[at + 5]++;
        Assert.Contains("neither .xen_pfn nor .xen_p2m", Assert.Throws<DumpFormatException>(() => _files.Open(dump)).Message);
    }

    /// <summary>Domain 0's page n is machine frame 64 + (7 n mod 32); its table is in frame 2, listed by frame 3, listed by frame 4.</summary>
    private static (NoteWriter Notes, Dictionary<ulong, byte[]> Machine) Host(ulong listFrame = 4)
    {
        var crash = new WireWriter();
        crash.U64(4).U64(17).Zeros(7 * 8).U64(listFrame);
        NoteWriter notes = new NoteWriter().AddPrStatus64(1, 336).AddVmcoreinfo().Add("Xen", 0x1000001, crash.ToArray());
        var machine = new Dictionary<ulong, byte[]>();
        var table = new WireWriter();
        for (ulong pfn = 0; pfn < 32; pfn++)
        {
            table.U64(pfn == 9 ? ulong.MaxValue : pfn == 10 ? 1ul << 62 : 64 + (7 * pfn % 32));
            machine[64 + (7 * pfn % 32)] = Pages.Make(pfn);
        }

        machine[2] = [.. table.ToArray(), .. new byte[4096 - 256]];
        machine[3] = [2, .. new byte[4095]];
        machine[4] = [3, .. new byte[4095]];
        return (notes, machine);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReadsAHostAsItsDomain0SeesIt(bool isElf)
    {
        (NoteWriter notes, Dictionary<ulong, byte[]> machine) = Host();
        byte[] dump = isElf
            ? machine.Aggregate(new ElfVmcoreWriter().Notes(notes), (all, page) => all.Segment(page.Key * 4096, page.Value)).ToArray()
            : machine.Aggregate(new KdumpWriter { Notes = notes }, (all, page) => all.Page(page.Key, page.Value, PageCompression.Lzo)).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.Empty(vmcore.Warnings);
        Assert.Contains(vmcore.Details, detail => detail.Key == "Physical addresses");
        Pages.AssertReads(vmcore, 0x100, [.. Pages.Make(0).AsSpan(0x100), .. Pages.Make(1), .. Pages.Make(2)]);
        Pages.AssertReads(vmcore, 31 * 4096, Pages.Make(31));
        Pages.AssertStops(vmcore, 0x8ff0, 0x20, ReadStatus.NotInDump, 0x9000);
        Pages.AssertStops(vmcore, 0xa000, 8, ReadStatus.NotInDump, 0xa000);
        Pages.AssertStops(vmcore, 32 * 4096, 8, ReadStatus.NotInDump, 32 * 4096);
        Assert.Equal([new PhysicalRange(new PhysAddr(0), 9 * 4096), new PhysicalRange(new PhysAddr(11 * 4096), 21 * 4096)], vmcore.Ranges);
        Assert.Equal(vmcore.Ranges, vmcore.Pages!.EnumeratePresent());
        Assert.Equal((PageState.Present, PageState.Hole), (vmcore.Pages.StateOf(new Pfn(1)), vmcore.Pages.StateOf(new Pfn(9))));
        Assert.True(vmcore.MachineFrames!.TryToPhysical((71 * 4096) + 5, out PhysAddr address));
        Assert.Equal(0x1005ul, address.Value);
    }

    /// <summary>A damaged list may name one page of the table again and again: that is no terabyte of memory.</summary>
    [Fact]
    public void CountsNoPageOfDomain0sTableTwice()
    {
        (NoteWriter notes, Dictionary<ulong, byte[]> machine) = Host();
        machine[3] = [.. Enumerable.Range(0, 512).SelectMany(_ => BitConverter.GetBytes(2ul))];
        machine[4] = [.. Enumerable.Range(0, 512).SelectMany(_ => BitConverter.GetBytes(3ul))];
        byte[] dump = machine.Aggregate(new ElfVmcoreWriter().Notes(notes), (all, page) => all.Segment(page.Key * 4096, page.Value)).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.Equal(30ul * 4096, vmcore.PhysicalBytes);
        Pages.AssertReads(vmcore, 4096, Pages.Make(1));
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(5ul)]
    [InlineData(ulong.MaxValue)]
    public void GivesMachineAddressesWhenDomain0CannotBeFound(ulong listFrame)
    {
        (NoteWriter notes, Dictionary<ulong, byte[]> machine) = Host(listFrame);
        using Vmcore vmcore = _files.Open(machine.Aggregate(new ElfVmcoreWriter().Notes(notes), (all, page) => all.Segment(page.Key * 4096, page.Value)).ToArray());
        Assert.Contains("addresses are the machine's", Assert.Single(vmcore.Warnings));
        Pages.AssertReads(vmcore, 71 * 4096, Pages.Make(1));
        Assert.Null(vmcore.MachineFrames);
    }
}
