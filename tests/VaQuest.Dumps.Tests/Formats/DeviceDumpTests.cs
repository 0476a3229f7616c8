// DeviceDumpTests: what drivers add to a dump: listed by name, read in pieces, never kept in memory.
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class DeviceDumpTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static byte[] Note(string name, byte[] data)
    {
        var note = new WireWriter();
        return note.Text(name, 44).Bytes(data).ToArray();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ListsAndReadsThem(bool isElf)
    {
        byte[] small = Pages.Make(1, 1001);
        byte[] large = Pages.Make(2, 6 << 20);
        NoteWriter notes = new NoteWriter().Add("LINUX", 0x700, Note("cxgb4_0000:02:00.4\u001b", small)).AddVmcoreinfo()
            .Add("LINUX", 0x700, Note("empty", [])).Add("LINUX", 0x700, Note("large", large)).Add("LINUX", 0x700, new byte[10]);
        byte[] dump = isElf ? new ElfVmcoreWriter().Notes(notes).Segment(0, Pages.Make(1)).ToArray() : new KdumpWriter { Notes = notes }.Page(0, Pages.Make(1)).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.Empty(vmcore.Warnings);
        Assert.Equal(["cxgb4_0000:02:00.4\\x1b", "empty", "large"], vmcore.DeviceDumps.Select(device => device.Name));
        Assert.Equal([1001L, 0, 6 << 20], vmcore.DeviceDumps.Select(device => device.Bytes));
        Assert.Equal([1045L, 44, (6 << 20) + 44, 10], vmcore.Notes.Where(note => note.Type == 0x700).Select(note => note.Bytes));
        byte[] buffer = new byte[5000];
        Assert.Equal(1001, vmcore.DeviceDumps[0].Read(0, buffer));
        Assert.Equal(small, buffer[..1001]);
        Assert.Equal(0, vmcore.DeviceDumps[0].Read(1001, buffer));
        Assert.Equal(0, vmcore.DeviceDumps[0].Read(-1, buffer));
        Assert.Equal(5000, vmcore.DeviceDumps[2].Read(5_000_001, buffer));
        Assert.Equal(large[5_000_001..5_005_001], buffer);
        Assert.Equal("6.1.0-test", vmcore.Vmcoreinfo.Release);
    }
}
