// KernelRecoveryTests: kernels of real dumps are found again after the dump was made to say nothing of them; what it said is the truth.
using VaQuest.Binary;
using VaQuest.Dumps;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel.Recovery;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Kernel.Tests.Recovery;

public sealed class KernelRecoveryTests
{
    private const string Mark = "OSRELEASE=";

    private static Vmcore OpenSample() => VmcoreFile.Open(TestKit.Lab.Sample()!.Vmcore);

    [Fact]
    public void LeavesDumpsAloneThatSayEnough()
    {
        using Vmcore dump = OpenSample();
        Assert.Same(dump, KernelRecovery.Complete(dump));
    }

    [Theory]
    [InlineData("x86_64")]
    [InlineData("unknown")]
    public void FindsTheKernelsOwnTextInMemory(string architecture)
    {
        using Vmcore dump = OpenSample();
        Vmcore completed = KernelRecovery.Complete(SilentDump.Of(dump, architecture: architecture));
        Assert.Equal("x86_64", completed.Architecture);
        Assert.Contains("leads to that kernel's utsname", completed.Supplement!.Origin);
        Assert.False(completed.Supplement.IsDerived);
        foreach ((string key, string value) in dump.Vmcoreinfo.Values)
        {
            Assert.Equal(value, completed.Vmcoreinfo.Find(key));
        }

        Assert.Same(completed, KernelRecovery.Complete(completed));
    }

    [Fact]
    public void WorksThePlaceOutFromTheBannerAndPageTables()
    {
        using Vmcore dump = OpenSample();
        Vmcore completed = KernelRecovery.Complete(SilentDump.Of(dump, new ScrubbedMemory(dump.Memory, Mark)));
        AssertPlace(dump.Vmcoreinfo, completed);
        Assert.Contains("banner", completed.Supplement!.Origin);
    }

    [Fact]
    public void WorksThePlaceOutFromControlRegisters()
    {
        using Vmcore dump = OpenSample();
        LinuxKernel truth = LinuxKernel.Open(dump);
        VirtAddr top = dump.Vmcoreinfo.FindSymbol("init_top_pgt")!.Value;
        ulong root = truth.Memory.Translate(top, out _)!.Value.Value;
        ulong idt = truth.Symbols.FindAddress("idt_table")?.Value ?? 0xfffffe0000000000;
        var cpu = new QemuCpuState(0, 0, 0, 0, 0, root | 0x1003, 1 << 12, 0, idt, 0, 0);
        Vmcore completed = KernelRecovery.Complete(SilentDump.Of(dump, new ScrubbedMemory(dump.Memory, Mark), [cpu]));
        AssertPlace(dump.Vmcoreinfo, completed);
        Assert.Contains("from the page tables in use, which its interrupt table confirms", completed.Supplement!.Origin);
    }

    [Fact]
    public void GivesTheSameSymbolsTasksAndLogAsVmcoreinfo()
    {
        using Vmcore dump = OpenSample();
        LinuxKernel truth = LinuxKernel.Open(dump);
        LinuxKernel found = LinuxKernel.Open(SilentDump.Of(dump, new ScrubbedMemory(dump.Memory, Mark)));
        Assert.Equal(truth.Symbols.FindAddress("panic"), found.Symbols.FindAddress("panic"));
        Assert.Equal(truth.Log.Records.Select(record => record.Text), found.Log.Records.Select(record => record.Text));
        Assert.Equal(truth.Tasks.All.Select(task => (task.Pid, task.Comm)), found.Tasks.All.Select(task => (task.Pid, task.Comm)));
        Assert.Equal(truth.Facts.BuildId, found.Facts.BuildId);
        Assert.Equal(truth.Modules.Select(module => module.Name), found.Modules.Select(module => module.Name));
        CoverageEntry entry = Assert.Single(found.Coverage, entry => entry.Area == "vmcoreinfo");
        Assert.Equal(CoverageState.Partial, entry.State);
    }

    [LabTheory]
    [LabDumps]
    public void FindsEveryLabKernelAgain(string kernel, string scenario)
    {
        using Vmcore dump = VmcoreFile.Open(TestKit.Lab.Find(kernel, scenario)!.Vmcore);
        Vmcore byText = KernelRecovery.Complete(SilentDump.Of(dump));
        Assert.Equal(dump.Vmcoreinfo.Find("SYMBOL(_stext)"), byText.Vmcoreinfo.Find("SYMBOL(_stext)"));
        Assert.Equal(dump.Vmcoreinfo.FindNumber("phys_base"), byText.Vmcoreinfo.FindNumber("phys_base"));
        AssertPlace(dump.Vmcoreinfo, KernelRecovery.Complete(SilentDump.Of(dump, new ScrubbedMemory(dump.Memory, Mark), dump.QemuCpus)));
    }

    private static void AssertPlace(VmcoreinfoTable truth, Vmcore completed)
    {
        VmcoreinfoTable found = completed.Vmcoreinfo;
        Assert.True(completed.Supplement!.IsDerived, completed.Supplement.Origin);
        Assert.Equal(truth.FindNumber("phys_base"), found.FindNumber("phys_base"));
        Assert.Equal(truth.KernelOffset, found.KernelOffset);
        Assert.Equal(truth.FindNumber("pgtable_l5_enabled"), found.FindNumber("pgtable_l5_enabled"));
        Assert.Equal(truth.FindSymbol("_stext"), found.FindSymbol("_stext"));
        Assert.Equal(truth.Release, found.Release);
    }
}
