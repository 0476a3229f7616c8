// SameImageTests: one machine's memory, a real kernel's, written in every format, reads the same from each.
using VaQuest.Binary;
using VaQuest.TestKit.Dumps.Images;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class SameImageTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    public static TheoryData<string> Formats() => [.. ImageFormats.Names];

    [Theory]
    [MemberData(nameof(Formats))]
    public void GivesTheSameMemoryRegistersAndVmcoreinfo(string name)
    {
        MachineImage image = MachineImage.Sample;
        ImageFormat format = ImageFormats.Find(name);
        using Vmcore vmcore = VmcoreFile.Open(ImageFormats.WriteInto(_files.Folder, image, format));
        Assert.Equal(format.Format, vmcore.Format);
        Assert.Equal((image.Machine, 8, image.PageSize), (vmcore.Architecture, vmcore.WordSize, vmcore.PageSize));
        Assert.Empty(vmcore.Warnings);
        Assert.True(vmcore.IsComplete);
        Assert.Equal(format.HasVmcoreinfo ? image.Vmcoreinfo : "", vmcore.Vmcoreinfo.Text);
        AssertSameRegisters(image, format, vmcore);
        AssertSameMemory(image, format, vmcore);
    }

    /// <summary>What a format has no place for, such as segment bases, is zero in it.</summary>
    private static void AssertSameRegisters(MachineImage image, ImageFormat format, Vmcore vmcore)
    {
        Assert.Equal(format.HasAllCpus ? image.Cpus.Count : 1, vmcore.CpuNotes.Count);
        for (int i = 0; i < vmcore.CpuNotes.Count; i++)
        {
            Assert.Equal(Comparable(image.Cpus[i]), Comparable(vmcore.CpuNotes[i]));
            Assert.Equal(format.HasProcessIds ? image.Cpus[i].ProcessId : 0, vmcore.CpuNotes[i].ProcessId);
        }
    }

    /// <summary>Up to the stack segment; orig_rax is no register, and Xen has no place for it.</summary>
    private static byte[] Comparable(CpuNote cpu)
    {
        const int OrigRax = 15 * 8;
        const int UpToStackSegment = 21 * 8;
        byte[] registers = cpu.Registers[..UpToStackSegment].ToArray();
        registers.AsSpan(OrigRax, 8).Clear();
        return registers;
    }

    /// <summary>Every page of RAM, those around it, and reads across pages.</summary>
    private static void AssertSameMemory(MachineImage image, ImageFormat format, Vmcore vmcore)
    {
        byte[] actual = new byte[image.PageSize];
        ulong size = (ulong)image.PageSize;
        for (ulong pfn = 0; pfn <= image.EndPfn; pfn++)
        {
            ReadOutcome outcome = vmcore.Memory.Read(new PhysAddr(pfn * size), actual);
            if (image.Pages.TryGetValue(pfn, out byte[]? expected))
            {
                Assert.True(outcome.IsOk && expected.AsSpan().SequenceEqual(actual), $"page {pfn}: {outcome}");
                continue;
            }

            bool isRam = image.Ram.Any(range => pfn * size >= range.Start.Value && pfn * size < range.Start.Value + range.Length);
            Assert.Equal(isRam && format.HasExcluded ? ReadStatus.Excluded : ReadStatus.NotInDump, outcome.Status);
            Assert.Equal(0, outcome.BytesRead);
        }

        ulong[] present = [.. vmcore.Pages!.EnumeratePresent().SelectMany(range => PfnsOf(range, size))];
        Assert.Equal(image.Pages.Keys, present);
        AssertReadsAcrossPages(image, vmcore, size);
    }

    private static void AssertReadsAcrossPages(MachineImage image, Vmcore vmcore, ulong size)
    {
        var random = new Random(1);
        ulong[] firsts = [.. image.Pages.Keys.Where(pfn => image.Pages.ContainsKey(pfn + 1) && image.Pages.ContainsKey(pfn + 2))];
        byte[] actual = new byte[2 * size];
        for (int i = 0; i < 500; i++)
        {
            ulong pfn = firsts[random.Next(firsts.Length)];
            int offset = random.Next((int)size);
            int length = random.Next(1, actual.Length);
            byte[] three = [.. image.Pages[pfn], .. image.Pages[pfn + 1], .. image.Pages[pfn + 2]];
            ReadOutcome outcome = vmcore.Memory.Read(new PhysAddr((pfn * size) + (ulong)offset), actual.AsSpan(0, length));
            Assert.True(outcome.IsOk && three.AsSpan(offset, length).SequenceEqual(actual.AsSpan(0, length)), $"page {pfn} + {offset}, {length} bytes: {outcome}");
        }
    }

    private static IEnumerable<ulong> PfnsOf(PhysicalRange range, ulong size)
    {
        for (ulong at = 0; at < range.Length; at += size)
        {
            yield return (range.Start.Value + at) / size;
        }
    }
}
