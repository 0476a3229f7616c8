// QemuMigrationTests: QEMU migration streams, alone and in libvirt's save files.
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class QemuMigrationTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void ReadsTheLastCopyOfAPage()
    {
        byte[] dump = new MigrationWriter().Block("pc.ram", 0x2000).Page(0, Pages.Make(1)).Zero(0x1000).Page(0, Pages.Make(2)).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Pages.AssertReads(vmcore, 0, [.. Pages.Make(2), .. new byte[4096]]);
        Assert.True(vmcore.IsComplete);
    }

    [Fact]
    public void ReadsRegistersOfEveryCpu()
    {
        byte[] dump = new MigrationWriter().Block("pc.ram", 0x1000).Zero(0).Cpu(0x1234, 0x5678, 0x9000, 0x1020, 0xfffffe0000000000).Cpu(1, 2, 3).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.Equal("x86_64", vmcore.Architecture);
        QemuCpuState first = vmcore.QemuCpus[0];
        Assert.Equal((0x1234ul, 0x5678ul, 0x9000ul, 0x1020ul, 0xfffffe0000000000ul), (first.Rip, first.Rsp, first.Cr3, first.Cr4, first.IdtBase));
        Assert.Equal(2, vmcore.CpuNotes.Count);
        Assert.Equal(0x1234ul, BitConverter.ToUInt64(vmcore.CpuNotes[0].Registers.Span[(16 * 8)..]));
        Assert.Equal(2ul, BitConverter.ToUInt64(vmcore.CpuNotes[1].Registers.Span[(19 * 8)..]));
    }

    /// <summary>QEMU's own rules, hw/i386/pc_piix.c and pc_q35.c; the first was compared with dump-guest-memory of a guest with 4.5 GiB.</summary>
    [Theory]
    [InlineData("pc-i440fx-7.2", 0x120000000, 0xc0000000)]
    [InlineData("pc-i440fx-1.7", 0x120000000, 0xe0000000)]
    [InlineData("pc-i440fx-7.2", 0xd0000000, 0xd0000000)]
    [InlineData("pc-q35-7.2", 0x120000000, 0x80000000)]
    [InlineData("pc-q35-7.2", 0xa0000000, 0xa0000000)]
    public void PlacesMemoryAboveThePciHoleAtFourGiB(string machine, ulong total, ulong low)
    {
        var writer = new MigrationWriter { Machine = machine, IsMapped = false };
        writer.Block("pc.ram", total).Page(low - 0x1000, Pages.Make(1));
        if (total > low)
        {
            writer.Page(low, Pages.Make(2));
        }

        using Vmcore vmcore = _files.Open(writer.ToArray());
        Pages.AssertReads(vmcore, low - 0x1000, Pages.Make(1));
        if (total > low)
        {
            Pages.AssertReads(vmcore, 1ul << 32, Pages.Make(2));
            Pages.AssertStops(vmcore, low, 16, ReadStatus.NotInDump, low);
        }
    }

    [Fact]
    public void TellsThatPagesAreMissing()
    {
        using Vmcore vmcore = _files.Open(new MigrationWriter().Block("pc.ram", 0x3000).Page(0, Pages.Make(1)).Zero(0x2000).ToArray());
        Assert.False(vmcore.IsComplete);
        Assert.Contains("no copy of the page at physical 0x1000", Assert.Single(vmcore.Warnings));
        Pages.AssertStops(vmcore, 0x800, 0x2000, ReadStatus.Truncated, 0x1000);
    }

    [Fact]
    public void RefusesPagesStoredAsDifferencesAndReadsTheOthers()
    {
        using Vmcore vmcore = _files.Open(new MigrationWriter().Block("pc.ram", 0x2000).Page(0, Pages.Make(1)).Zero(0x1000).Difference(0x1000).ToArray());
        Pages.AssertReads(vmcore, 0, Pages.Make(1));
        Pages.AssertStops(vmcore, 0x1000, 16, ReadStatus.Unsupported, 0x1000);
        Assert.Contains("XBZRLE", Assert.Single(vmcore.Warnings));
        Assert.False(vmcore.IsComplete);
    }

    [Fact]
    public void ReadsMemoryOfAStreamThatEndsBeforeItsDevices()
    {
        using Vmcore vmcore = _files.Open(new MigrationWriter { HasDevices = false }.Block("pc.ram", 0x1000).Page(0, Pages.Make(1)).ToArray());
        Pages.AssertReads(vmcore, 0, Pages.Make(1));
        Assert.Empty(vmcore.CpuNotes);
    }

    [Fact]
    public void JoinsTheMemoryOfNumaNodes()
    {
        MigrationWriter writer = new MigrationWriter().Block("ram-node0", 0x1000).Page(0, Pages.Make(1)).Block("/objects/ram-node1", 0x1000).Page(0, Pages.Make(2));
        using Vmcore vmcore = _files.Open(writer.ToArray());
        Pages.AssertReads(vmcore, 0, [.. Pages.Make(1), .. Pages.Make(2)]);
    }

    [Theory]
    [InlineData("mach-virt.ram", "aarch64", 0x40000000)]
    [InlineData("s390.ram", "s390x", 0)]
    [InlineData("riscv_virt_board.ram", "riscv64", 0x80000000)]
    public void PlacesTheMemoryOfOtherMachines(string block, string architecture, ulong start)
    {
        using Vmcore vmcore = _files.Open(new MigrationWriter { Machine = "virt-7.2" }.Block(block, 0x1000).Page(0, Pages.Make(1)).ToArray());
        Assert.Equal(architecture, vmcore.Architecture);
        Pages.AssertReads(vmcore, start, Pages.Make(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OpensSaveFilesOfHostsOfEitherByteOrder(bool isBigEndian)
    {
        byte[] stream = new MigrationWriter().Block("pc.ram", 0x1000).Page(0, Pages.Make(1)).ToArray();
        using Vmcore vmcore = _files.Open(LibvirtWriter.Wrap(stream, isBigEndian: isBigEndian));
        Pages.AssertReads(vmcore, 0, Pages.Make(1));
        Assert.Contains(vmcore.Details, detail => detail.Value.StartsWith("libvirt save, version 2, raw", StringComparison.Ordinal));
    }

    [Fact]
    public void OpensSaveFilesThatWereNeverFinished()
    {
        byte[] stream = new MigrationWriter().Block("pc.ram", 0x1000).Page(0, Pages.Make(1)).ToArray();
        using Vmcore vmcore = _files.Open(LibvirtWriter.Wrap(stream, isFinished: false));
        Pages.AssertReads(vmcore, 0, Pages.Make(1));
        Assert.False(vmcore.IsComplete);
    }

    [Theory]
    [InlineData(2, "bzip2")]
    [InlineData(3, "xz")]
    [InlineData(4, "lzop")]
    public void SaysHowToUnpackWhatItCannot(uint format, string name)
    {
        byte[] dump = LibvirtWriter.Wrap(new MigrationWriter().Block("pc.ram", 0x1000).Zero(0).ToArray(), format);
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => _files.Open(dump));
        Assert.Equal(FormatError.Unsupported, error.Error);
        Assert.Contains($"| {name} -dc > FILE", error.Message);
    }
}
