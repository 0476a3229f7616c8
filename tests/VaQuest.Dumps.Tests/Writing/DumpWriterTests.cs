// DumpWriterTests: dumps written and read back: the same pages, notes and facts, and nothing left behind by a failure.
using System.Text;
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Dumps.Writing;
using VaQuest.TestKit.Dumps;
using VaQuest.TestKit.Dumps.Samples;
using Xunit;

namespace VaQuest.Dumps.Tests.Writing;

public sealed class DumpWriterTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static DumpWriteOptions Kdump(CompressionMethod method = CompressionMethod.Zlib) => new() { Target = DumpTarget.KdumpCompressed, Compression = method };

    private static DumpWriteOptions Elf() => new() { Target = DumpTarget.Elf };

    /// <summary>Every sample of the table, so that a new format is converted too as soon as it has one.</summary>
    public static TheoryData<string, DumpTarget> Samples()
    {
        var data = new TheoryData<string, DumpTarget>();
        foreach (string name in DumpSamples.Names)
        {
            data.Add(name, DumpTarget.KdumpCompressed);
            data.Add(name, DumpTarget.Elf);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void KeepsTheMemoryOfEveryFormat(string name, DumpTarget target)
    {
        DumpSample sample = DumpSamples.Make(name);
        string folder = Directory.CreateDirectory(Path.Combine(_files.Folder, "in")).FullName;
        foreach ((string file, byte[] bytes) in sample.Companions.Prepend(new(sample.FileName, sample.Dump)))
        {
            File.WriteAllBytes(Path.Combine(folder, file), bytes);
        }

        using Vmcore input = VmcoreFile.Open(Path.Combine(folder, sample.FileName), sample.Options);
        if (input.Pages is null)
        {
            Assert.Throws<DumpFormatException>(() => Write(input, new DumpWriteOptions { Target = target }));
            return;
        }

        using Vmcore output = Write(input, new DumpWriteOptions { Target = target });
        Assert.Empty(output.Warnings);
        Assert.Equal(input.Architecture, output.Architecture);
        Assert.Equal(input.IsBigEndian, output.IsBigEndian);
        Assert.Equal(input.Vmcoreinfo.Text, output.Vmcoreinfo.Text);
        Assert.Equal(input.CpuNotes.Select(cpu => (cpu.ProcessId, Convert.ToHexString(cpu.Registers.Span))), output.CpuNotes.Select(cpu => (cpu.ProcessId, Convert.ToHexString(cpu.Registers.Span))));
        Assert.Equal(input.EraseInfo, output.EraseInfo);
        foreach (SampleMemory memory in sample.Memory)
        {
            Pages.AssertReads(output, memory.Address, memory.Bytes);
        }
    }

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Zlib)]
    [InlineData(CompressionMethod.Lzo)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Zstd)]
    public void WritesEveryCompression(CompressionMethod method)
    {
        var writer = new KdumpWriter { DumpLevel = 17 };
        for (ulong pfn = 3; pfn < 700; pfn++)
        {
            _ = pfn % 11 == 0 ? writer.Excluded(pfn) : pfn % 7 == 0 ? writer.Zero(pfn) : writer.Page(pfn, Pages.Make(pfn));
        }

        using Vmcore input = _files.Open(writer.ToArray());
        using Vmcore output = Write(input, Kdump(method) with { DumpLevel = 17 });
        Assert.Equal(method == CompressionMethod.None ? [] : [method.ToString().ToLowerInvariant()], output.Compression);
        Assert.Equal((input.DumpLevel, input.HeaderSeconds), (output.DumpLevel, output.HeaderSeconds));
        AssertSame(input, output);
    }

    [Fact]
    public void KeepsStatesInAnElfFile()
    {
        var writer = new KdumpWriter();
        for (ulong pfn = 3; pfn < 700; pfn++)
        {
            _ = pfn % 11 == 0 ? writer.Excluded(pfn) : pfn % 7 == 0 ? writer.Zero(pfn) : writer.Page(pfn, Pages.Make(pfn));
        }

        using Vmcore input = _files.Open(writer.ToArray());
        using Vmcore output = Write(input, Elf());
        AssertSame(input, output);
        using Vmcore filtered = Write(input, Elf() with { DumpLevel = 1, ExcludesZeros = true });
        Assert.Equal(PageState.Excluded, filtered.Pages!.StateOf(new Pfn(7)));
        Pages.AssertReads(filtered, 8 * 4096, Pages.Make(8));
    }

    [Theory]
    [InlineData(DumpTarget.KdumpCompressed)]
    [InlineData(DumpTarget.Elf)]
    public void MakesUnreadablePagesExcludedAndListsThem(DumpTarget target)
    {
        var writer = new KdumpWriter();
        for (ulong pfn = 0; pfn < 5000; pfn++)
        {
            // Every second page is damaged: more pieces than an ELF file has room for at first.
            writer.Page(pfn, Pages.Make(pfn), PageCompression.Lzo, stored: pfn % 2 == 1 ? [1, 2, 3] : null);
        }

        using Vmcore input = _files.Open(writer.ToArray());
        string path = _files.Write([]) + ".out";
        DumpWriteResult result = DumpWriter.Write(input, path, new DumpWriteOptions { Target = target }, null, CancellationToken.None);
        Assert.Equal(2500, result.Damaged.Count);
        Assert.All(result.Damaged, range => Assert.Equal((1ul, ReadStatus.Corrupt), (range.Pages, range.Status)));
        using Vmcore output = VmcoreFile.Open(path);
        Assert.Empty(output.Warnings);
        for (ulong pfn = 0; pfn < 5000; pfn += 2)
        {
            Pages.AssertReads(output, pfn * 4096, Pages.Make(pfn));
            Pages.AssertStops(output, (pfn + 1) * 4096, 8, ReadStatus.Excluded, (pfn + 1) * 4096);
        }
    }

    [Fact]
    public void MakesNotesOfRegistersThatADumpKnowsWithoutNotes()
    {
        byte[] registers = new byte[27 * 8];
        new Random(5).NextBytes(registers);
        using Vmcore plain = _files.Open(new ElfVmcoreWriter().Segment(0x1000, Pages.Make(1)).ToArray());
        using var input = new Vmcore
        {
            Path = plain.Path, Format = "test", Architecture = "x86_64", PageSize = 4096, IsComplete = true, PhysicalBytes = 4096,
            Memory = plain.Memory, Pages = plain.Pages, CpuNotes = [new CpuNote(0, 77, registers)],
            Vmcoreinfo = VmcoreinfoTable.Parse("OSRELEASE=6.6.6\nCRASHTIME=1234\n"u8),
        };
        foreach (DumpWriteOptions options in new[] { Kdump(), Elf() })
        {
            using Vmcore output = Write(input, options);
            CpuNote cpu = Assert.Single(output.CpuNotes);
            Assert.Equal((77, Convert.ToHexString(registers)), (cpu.ProcessId, Convert.ToHexString(cpu.Registers.Span)));
            Assert.Equal("6.6.6", output.Vmcoreinfo.Release);
            Assert.Equal(options.Target == DumpTarget.Elf ? null : 1234, output.HeaderSeconds);
        }
    }

    [Fact]
    public void NeverReplacesTheInputAndNothingElseUnasked()
    {
        string path = _files.Write(new KdumpWriter().Page(1, Pages.Make(1)).ToArray());
        string link = path + ".link";
        File.CreateSymbolicLink(link, path);
        string other = _files.Write(Encoding.ASCII.GetBytes("precious"));
        using Vmcore input = VmcoreFile.Open(path);
        foreach (string same in new[] { path, link })
        {
            DumpFormatException error = Assert.Throws<DumpFormatException>(() => DumpWriter.Write(input, same, Kdump() with { Overwrites = true }, null, CancellationToken.None));
            Assert.Contains("is the dump itself", error.Message);
        }

        DumpFormatException exists = Assert.Throws<DumpFormatException>(() => DumpWriter.Write(input, other, Kdump(), null, CancellationToken.None));
        Assert.Contains("exists already", exists.Message);
        Assert.Equal("precious", File.ReadAllText(other));
        DumpWriter.Write(input, other, Kdump() with { Overwrites = true }, null, CancellationToken.None);
        VmcoreFile.Open(other).Dispose();
        Pages.AssertReads(input, 0x1000, Pages.Make(1));
    }

    [Fact]
    public void LeavesNothingBehindWhenItIsCancelled()
    {
        var writer = new KdumpWriter();
        for (ulong pfn = 0; pfn < 3000; pfn++)
        {
            writer.Page(pfn, Pages.Make(pfn));
        }

        using Vmcore input = _files.Open(writer.ToArray());
        string[] before = Directory.GetFiles(_files.Folder);
        using var cancellation = new CancellationTokenSource();
        var progress = new CancelAtHalf(cancellation);
        Assert.Throws<OperationCanceledException>(() => DumpWriter.Write(input, Path.Combine(_files.Folder, "new"), Kdump(), progress, cancellation.Token));
        Assert.Equal(before.Order(), Directory.GetFiles(_files.Folder).Order());
    }

    [Fact]
    public void SaysInOneSentenceWhereItCannotWrite()
    {
        using Vmcore input = _files.Open(new KdumpWriter().Page(1, Pages.Make(1)).ToArray());
        foreach (string path in new[] { _files.Folder, Path.Combine(_files.Folder, "no", "such", "folder") })
        {
            DumpFormatException error = Assert.Throws<DumpFormatException>(() => DumpWriter.Write(input, path, Kdump(), null, CancellationToken.None));
            Assert.StartsWith(path, error.Message);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void SaysThatMemoryIsTooHighForABitmap()
    {
        using Vmcore input = _files.Open(new ElfVmcoreWriter().Segment(1ul << 50, Pages.Make(1)).ToArray());
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => Write(input, Kdump()));
        Assert.Contains("convert it to elf instead", error.Message);
        using Vmcore output = Write(input, Elf());
        Pages.AssertReads(output, 1ul << 50, Pages.Make(1));
    }

    [Fact]
    public void MapsTheKernelImageOnceMore()
    {
        using Vmcore input = _files.Open(new ElfVmcoreWriter().Segment(0x1000, Pages.Make(1, 0x3000), memoryBytes: 0x5000).ToArray());
        using Vmcore output = Write(input, Elf() with { Image = new KernelImage(0xffffffff81000000, 0x2000, 0x4000), DirectMap = 0xffff888000000000 });
        Assert.Contains(output.Details, detail => detail is { Key: "Segments", Value: "2" });
        byte[] bytes = File.ReadAllBytes(output.Path);
        Assert.Equal((0xffffffff81000000, 0x2000ul, 0x2000ul, 0x4000ul), Header(bytes, 1));
        Assert.Equal((0xffff888000001000, 0x1000ul, 0x3000ul, 0x5000ul), Header(bytes, 2));
        Pages.AssertReads(output, 0x1000, Pages.Make(1, 0x3000));
    }

    private static (ulong Virtual, ulong Physical, ulong Stored, ulong Memory) Header(byte[] file, int index)
    {
        int at = 64 + (index * 56);
        return (BitConverter.ToUInt64(file, at + 16), BitConverter.ToUInt64(file, at + 24), BitConverter.ToUInt64(file, at + 32), BitConverter.ToUInt64(file, at + 40));
    }

    private static void AssertSame(Vmcore input, Vmcore output)
    {
        byte[] expected = new byte[4096];
        byte[] actual = new byte[4096];
        for (ulong pfn = 0; pfn < input.Pages!.EndPfn.Value + 2; pfn++)
        {
            ReadOutcome wanted = input.Memory.Read(new PhysAddr(pfn * 4096), expected);
            Assert.Equal(wanted, output.Memory.Read(new PhysAddr(pfn * 4096), actual));
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"page {pfn} differs");
        }
    }

    private Vmcore Write(Vmcore input, DumpWriteOptions options)
    {
        string path = _files.Write([]) + ".out";
        DumpWriter.Write(input, path, options, null, CancellationToken.None);
        return VmcoreFile.Open(path);
    }

    private sealed class CancelAtHalf(CancellationTokenSource source) : IProgress<double>
    {
        public void Report(double value)
        {
            if (value > 0.5)
            {
                source.Cancel();
            }
        }
    }
}
