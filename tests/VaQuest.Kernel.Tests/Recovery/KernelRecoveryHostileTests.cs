// KernelRecoveryHostileTests: memory that pretends to hold a kernel, or holds none.
using System.Text;
using VaQuest.Dumps;
using VaQuest.Kernel.Recovery;
using Xunit;

namespace VaQuest.Kernel.Tests.Recovery;

public sealed class KernelRecoveryHostileTests
{
    private const ulong PhysBase = 0x400000;
    private const ulong Uts = 0xffffffff81200000;

    private static Vmcore Dump(FakePhysicalMemory memory, string architecture = "x86_64") => new()
    {
        Path = "fake",
        Format = "raw",
        Architecture = architecture,
        PageSize = 4096,
        IsComplete = true,
        PhysicalBytes = 64 << 20,
        Memory = memory,
        Ranges = [new PhysicalRange(new(0), 64 << 20)],
    };

    private static string TextOf(string release, ulong uts = Uts)
    {
        var text = new StringBuilder($"OSRELEASE={release}\nPAGESIZE=4096\nSYMBOL(init_uts_ns)={uts:x}\nOFFSET(uts_namespace.name)=4\n");
        for (int i = 0; i < 20; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"OFFSET(thing.member{i})={i}\n");
        }

        return text.Append(System.Globalization.CultureInfo.InvariantCulture, $"NUMBER(phys_base)={PhysBase}\n").ToString();
    }

    private static void WriteUts(FakePhysicalMemory memory, string release)
    {
        ulong at = Uts - 0xffffffff80000000 + PhysBase + 4;
        memory.Write(at, new byte[5 * 65]);
        memory.Write(at + 130, Encoding.ASCII.GetBytes(release));
        memory.Write(at + 260, "x86_64"u8);
    }

    [Fact]
    public void PrefersTheTextThatLeadsToItsKernel()
    {
        var memory = new FakePhysicalMemory();
        memory.Write(0x1000, Encoding.ASCII.GetBytes(TextOf("5.0.0-old", 0xffffffff81700000)));
        memory.Write(0x9018, Encoding.ASCII.GetBytes(TextOf("6.1.0-real")));
        WriteUts(memory, "6.1.0-real");
        Assert.Equal("6.1.0-real", KernelRecovery.Complete(Dump(memory)).Vmcoreinfo.Release);
    }

    [Fact]
    public void TellsWhenATextCouldNotBeChecked()
    {
        var memory = new FakePhysicalMemory();
        memory.Write(0x1000, Encoding.ASCII.GetBytes(TextOf("6.1.0-real")));
        Assert.Contains("could not be checked", KernelRecovery.Complete(Dump(memory)).Supplement!.Origin);
    }

    [Fact]
    public void IgnoresExcerptsAndTextsOfOtherArchitectures()
    {
        var memory = new FakePhysicalMemory();
        memory.Write(0x1000, "OSRELEASE=6.1.0\nPAGESIZE=4096\n"u8);
        Assert.Null(KernelRecovery.Complete(Dump(memory)).Supplement!.Vmcoreinfo);
        memory.Write(0x3000, Encoding.ASCII.GetBytes(TextOf("6.1.0-real")));
        WriteUts(memory, "6.1.0-real");
        Assert.Null(KernelRecovery.Complete(Dump(memory, "aarch64")).Supplement!.Vmcoreinfo);
    }

    [Fact]
    public void FindsATextAcrossTheEndOfAChunk()
    {
        var memory = new FakePhysicalMemory();
        memory.Write(0, new byte[4 << 20]);
        memory.Write((1 << 20) - 5, Encoding.ASCII.GetBytes(TextOf("6.1.0-real")));
        WriteUts(memory, "6.1.0-real");
        Assert.Equal("6.1.0-real", KernelRecovery.Complete(Dump(memory)).Vmcoreinfo.Release);
    }

    [Fact]
    public void SurvivesPageTablesThatLeadInCircles()
    {
        var memory = new FakePhysicalMemory();
        byte[] table = new byte[4096];
        for (int i = 0; i < 512; i++)
        {
            BitConverter.TryWriteBytes(table.AsSpan(i * 8), 0x2000UL | 0x67);
        }

        memory.Write(0x2000, table);
        memory.Write(0x8000, "Linux version 6.1.0-x (me) (gcc) #1 SMP"u8);
        Vmcore completed = KernelRecovery.Complete(Dump(memory));
        Assert.NotNull(completed.Supplement);
        LinuxKernel kernel = LinuxKernel.Open(completed);
        Assert.NotNull(kernel.Log.Missing);
        Assert.NotEmpty(kernel.Coverage);
    }

    [Fact]
    public void SurvivesRandomMemory()
    {
        var memory = new FakePhysicalMemory();
        var random = new Random(5);
        byte[] bytes = new byte[1 << 20];
        random.NextBytes(bytes);
        for (int i = 0; i < 2000; i++)
        {
            "Linux version 5."u8.CopyTo(bytes.AsSpan(random.Next(bytes.Length - 40)));
            "OSRELEASE=1\nPAGESIZE=1\n"u8.CopyTo(bytes.AsSpan(random.Next(bytes.Length - 40)));
        }

        memory.Write(0, bytes);
        Assert.Null(KernelRecovery.Complete(Dump(memory, "unknown")).Supplement!.Vmcoreinfo);
    }
}
