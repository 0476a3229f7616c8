// StackLikenessTests: stacks are alike whatever the build, the addresses and the debug information.
using VaQuest.Binary;
using VaQuest.Diagnosis.Explain;
using VaQuest.Diagnosis.Tests.Reports;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Explain;

public sealed class StackLikenessTests
{
    [Fact]
    public void GroupsLikeStacksLargestFirst()
    {
        IReadOnlyList<StackGroup> groups = StackLikeness.Group(
        [
            Stack(1, "__schedule", "schedule", "worker_thread"), Stack(2, "__schedule", "schedule", "do_nanosleep"), Stack(3, "__schedule", "schedule", "worker_thread.isra.0"),
        ]);
        Assert.Equal([[1, 3], [2]], groups.Select(group => group.Stacks.Select(stack => stack.Task!.Pid)));
        Assert.Equal(["__schedule", "schedule", "worker_thread"], groups[0].Functions);
    }

    [Fact]
    public void DoesNotDependOnDebugInformation()
    {
        StackTrace bare = Stack(1, "__schedule", "schedule", "worker_thread");
        StackTrace full = bare with
        {
            Task = bare.Task! with { Pid = 2 },
            Frames =
            [
                FakeCrash.Frame(0, "context_switch", 0xffffffff9d000000, FrameProof.InlineInfo) with { Kind = FrameKind.Inlined },
                .. bare.Frames,
                FakeCrash.Frame(4, "kthread", 0, FrameProof.CallSite) with { Kind = FrameKind.TailCall },
                FakeCrash.Frame(5, "left_over", 0, FrameProof.Scan),
            ],
        };
        Assert.Equal(2, Assert.Single(StackLikeness.Group([bare, full])).Stacks.Count);
    }

    [Fact]
    public void TellsModulesAndOrderApart() => Assert.Equal(
        3, StackLikeness.Group([Stack(1, "a", "b"), Stack(2, "b", "a"), Stack(3, "a", "b") with { Frames = [.. Stack(3, "a", "b").Frames.Select(f => f with { Module = "m" })] }]).Count);

    [Fact]
    public void KeepsTheCrashAlone()
    {
        IReadOnlyList<StackGroup> groups = StackLikeness.Group([Stack(1, "a"), Stack(2, "a"), Stack(3, "a") with { IsPanicStack = true }]);
        Assert.Equal([1, 2], groups.Select(group => group.Stacks.Count));
        Assert.True(groups[0].Stacks[0].IsPanicStack);
    }

    [Theory]
    [InlineData("foo.isra.0", "foo")]
    [InlineData("foo.constprop.12.isra.0", "foo")]
    [InlineData("foo.part.0.cold", "foo")]
    [InlineData("foo.llvm.1234", "foo")]
    [InlineData("__x64_sys_write", "__x64_sys_write")]
    public void DropsWhatTheCompilerAdds(string symbol, string name) => Assert.Equal(name, FunctionNames.Normalise(symbol));

    private static StackTrace Stack(int pid, params string[] functions) => new()
    {
        Task = new KernelTask { Address = new VirtAddr(0xffff888001230000 + (ulong)pid), Pid = pid, Comm = "t", State = "S" },
        State = "sleeping",
        EndReason = "end of stack",
        IsComplete = true,
        Frames = [.. functions.Select((name, i) => FakeCrash.Frame(i, name, 0xffffffff9d000000 + (ulong)((pid * 16) + i), FrameProof.Orc))],
    };
}
