// LabDumpsTests: real dumps of real kernels, as makedumpfile and QEMU wrote them.
using VaQuest.Binary;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Dumps.Tests;

public sealed class LabDumpsTests
{
    [LabTheory]
    [LabDumps]
    public void ReadsEveryPageOfEveryDump(string kernel, string scenario)
    {
        using Vmcore vmcore = VmcoreFile.Open(Lab.Find(kernel, scenario)!.Vmcore);
        Assert.True(vmcore.IsComplete);
        Assert.Empty(vmcore.Warnings);
        Assert.NotNull(vmcore.Vmcoreinfo.Release);
        Assert.NotEmpty(vmcore.CpuNotes);
        ulong stext = vmcore.Vmcoreinfo.FindSymbol("_stext")!.Value.Value;
        Assert.True(stext > 0xffff000000000000, "kernels live in the upper half");
        byte[] buffer = new byte[1 << 20];
        ulong count = 0;
        foreach (PhysicalRange range in vmcore.Pages!.EnumeratePresent())
        {
            for (ulong at = 0; at < range.Length; at += (ulong)buffer.Length)
            {
                int length = (int)Math.Min((ulong)buffer.Length, range.Length - at);
                Assert.Equal(ReadStatus.Ok, vmcore.Memory.Read(range.Start + at, buffer.AsSpan(0, length)).Status);
                count += (ulong)length;
            }
        }

        Assert.InRange(count, 1ul << 20, vmcore.PhysicalBytes);
    }

    /// <summary>
    /// One crash in many files: vmcore.proc is /proc/vmcore as the kernel gave it, the others are what makedumpfile made of it.
    /// </summary>
    [LabTheory]
    [LabDumps(file: "vmcore.proc")]
    public void GivesTheSameBytesInEveryFormatOfOneCrash(string kernel, string scenario)
    {
        LabDump dump = Lab.Find(kernel, scenario)!;
        using Vmcore truth = VmcoreFile.Open(dump.PathOf("vmcore.proc"));
        foreach (string name in new[] { "vmcore", "vmcore.elf", "vmcore.zlib", "vmcore.flat", "vmcore.incomplete" })
        {
            if (dump.Find(name) is { } path)
            {
                using Vmcore other = VmcoreFile.Open(path);
                Assert.Equal(name != "vmcore.incomplete", other.IsComplete);
                Assert.Equal(truth.Vmcoreinfo.Text, other.Vmcoreinfo.Text);
                Assert.Equal(truth.CpuNotes.Select(cpu => cpu.Registers.ToArray()), other.CpuNotes.Select(cpu => cpu.Registers.ToArray()));
                AssertSamePages(truth, other, name);
            }
        }
    }

    private static void AssertSamePages(Vmcore truth, Vmcore other, string name)
    {
        byte[] expected = new byte[4096];
        byte[] actual = new byte[4096];
        int count = 0;
        foreach (PhysicalRange range in other.Pages!.EnumeratePresent())
        {
            for (ulong at = 0; at + 4096 <= range.Length; at += 4096)
            {
                ReadOutcome outcome = other.Memory.Read(range.Start + at, actual);
                if (outcome.Status == ReadStatus.Truncated && !other.IsComplete)
                {
                    continue;
                }

                Assert.Equal(ReadStatus.Ok, outcome.Status);
                Assert.Equal(ReadStatus.Ok, truth.Memory.Read(range.Start + at, expected).Status);
                Assert.True(expected.AsSpan().SequenceEqual(actual), $"{name}: the page at {range.Start + at} differs");
                count++;
            }
        }

        Assert.True(count > 1000, $"{name}: only {count} pages were compared");
    }
}
