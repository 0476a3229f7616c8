// LabTailCallTests: functions that left no frame, against the sources of the lab's module and the disassembly of its code.
using VaQuest.Diagnosis.Sessions;
using VaQuest.Kernel.Unwind;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Stacks;

public sealed class LabTailCallTests
{
    /// <summary>Truth: route.c of lab_tail: send_direct calls route_direct, which jumps to classify, which jumps to deliver_local.</summary>
    [LabFact("6.1-cloud", "tail-unique")]
    public void RebuildsTheOnlyPath()
    {
        IReadOnlyList<StackFrame> frames = Read("tail-unique", useDebugInfo: true).Frames;

        Assert.Equal(
            ["deliver_local", "classify", "route_direct", "send_direct"], frames.Take(4).Select(frame => frame.Function));
        Assert.Equal(
            [FrameKind.Normal, FrameKind.TailCall, FrameKind.TailCall, FrameKind.Normal], frames.Take(4).Select(frame => frame.Kind));
        Assert.All(frames.Skip(1).Take(2), frame =>
        {
            Assert.Equal(FrameProof.CallSite, frame.Proof);
            Assert.Equal(frame.Function, LineOf(frame));
            Assert.Null(frame.Note);
            Assert.Null(frame.State);
        });
    }

    /// <summary>Truth: route_balanced jumps to one of two functions, and both jump to deliver_queued.</summary>
    [LabFact("6.1-cloud", "tail-ambiguous")]
    public void MarksAGapWhereSeveralPathsArePossible()
    {
        IReadOnlyList<StackFrame> frames = Read("tail-ambiguous", useDebugInfo: true).Frames;

        Assert.Equal(["deliver_queued", "route_balanced", "send_balanced"], frames.Take(3).Select(frame => frame.Function));
        Assert.Equal(FrameKind.TailCall, frames[1].Kind);
        Assert.Null(frames[1].Source);
        Assert.Contains("several paths", frames[1].Note);
        Assert.Contains("take_fast_lane", frames[1].Note);
        Assert.Contains("take_slow_lane", frames[1].Note);
    }

    /// <summary>The call instruction alone proves the function that was called; what it jumped to is not known then.</summary>
    [LabFact("6.1-cloud", "tail-unique")]
    public void KnowsTheCalledFunctionWithoutDebugInformation()
    {
        IReadOnlyList<StackFrame> frames = Read("tail-unique", useDebugInfo: false).Frames;

        Assert.Equal(["deliver_local", "route_direct", "send_direct"], frames.Take(3).Select(frame => frame.Function));
        Assert.Equal(FrameKind.TailCall, frames[1].Kind);
        Assert.Contains("without debug information", frames[1].Note);
    }

    private static StackTrace Read(string scenario, bool useDebugInfo)
    {
        LabDump dump = Lab.Find("6.1-cloud", scenario)!;
        SessionOptions options = useDebugInfo
            ? new SessionOptions { Vmlinux = dump.Vmlinux, DebugDirectories = [dump.PathOf("modules")] }
            : new SessionOptions { UseDebugInfo = false };
        using IDumpSession session = DumpSession.Open(dump.Vmcore, options, CancellationToken.None);
        return Assert.Single(session.GetStacks(new StackSelection(), CancellationToken.None));
    }

    // The lab's sources mark each line of a stack with its function: /* lab: NAME */.
    private static string? LineOf(StackFrame frame)
    {
        string file = Path.Combine(Lab.RepositoryRoot, "tests", "lab", "modules", "lab_tail", Path.GetFileName(frame.Source!.File));
        string line = File.ReadAllLines(file)[frame.Source.Line - 1];
        int start = line.IndexOf("/* lab: ", StringComparison.Ordinal);
        return start < 0 ? null : line[(start + 8)..line.IndexOf(" */", StringComparison.Ordinal)];
    }
}
