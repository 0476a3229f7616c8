// LabReportTests: the report of every real dump says what the kernel's own log and the crashing module's source say.
using Newtonsoft.Json.Linq;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Unwind;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Reports;

public sealed class LabReportTests
{
    [LabTheory]
    [LabDumps]
    public void ReportsWhatHappenedWithDebugInformation(string kernel, string scenario)
    {
        LabDump dump = Lab.Find(kernel, scenario)!;
        var options = new SessionOptions { Vmlinux = dump.Vmlinux, DebugDirectories = [dump.PathOf("modules")] };
        using IDumpSession session = DumpSession.Open(dump.Vmcore, options, CancellationToken.None);
        CrashReport report = session.GetCrashReport(CancellationToken.None);
        CheckPanic(dump.Truth, report.Panic);
        Assert.Equal((string?)dump.Truth["file"], report.Panic.File.Value);
        Assert.Equal((int?)dump.Truth["line"], report.Panic.Line.Value);
        CheckFrames((JArray)dump.Truth["frames"]!, report.Stacks[0].Frames, withLines: true);
        Assert.Empty(session.Warnings);
    }

    [LabTheory]
    [LabDumps]
    public void ReportsWhatHappenedFromTheDumpAlone(string kernel, string scenario)
    {
        LabDump dump = Lab.Find(kernel, scenario)!;
        using IDumpSession session = DumpSession.Open(dump.Vmcore, new SessionOptions { UseDebugInfo = false }, CancellationToken.None);
        CrashReport report = session.GetCrashReport(CancellationToken.None);
        bool isInlined = ((JArray)dump.Truth["frames"]!).Any(f => (string?)f["function"] == (string?)dump.Truth["function"] && (bool?)f["inlined"] == true);
        CheckPanic(dump.Truth, report.Panic, checkFunction: !isInlined);
        Assert.False(report.Panic.File.HasValue);
        Assert.NotEmpty(report.Panic.File.Reason);
        CheckFrames((JArray)dump.Truth["frames"]!, report.Stacks[0].Frames, withLines: false);
    }

    [LabTheory]
    [LabDumps]
    public void SignsTheCrashEquallyWithAndWithoutDebugInformation(string kernel, string scenario)
    {
        LabDump dump = Lab.Find(kernel, scenario)!;
        var options = new SessionOptions { Vmlinux = dump.Vmlinux, DebugDirectories = [dump.PathOf("modules")] };
        using IDumpSession full = DumpSession.Open(dump.Vmcore, options, CancellationToken.None);
        using IDumpSession bare = DumpSession.Open(dump.Vmcore, new SessionOptions { UseDebugInfo = false }, CancellationToken.None);
        Assert.Equal(full.GetCrashReport(CancellationToken.None).Signature, bare.GetCrashReport(CancellationToken.None).Signature);
    }

    [LabTheory]
    [LabDumps]
    public void NamesTheFunctionInEachFramesLine(string kernel, string scenario)
    {
        LabDump dump = Lab.Find(kernel, scenario)!;
        using IDumpSession session = DumpSession.Open(dump.Vmcore, new SessionOptions { UseDebugInfo = false }, CancellationToken.None);
        AnnotatedText text = session.GetReport(CancellationToken.None);
        List<TextSpan> frames = [.. text.Spans.Where(span => span.Kind == SpanKind.Frame)];
        Assert.NotEmpty(frames);
        foreach (TextSpan frame in frames)
        {
            string line = text.Text.Substring(frame.Start, frame.Length);
            Assert.DoesNotContain('\n', line);
            Assert.Contains(frame.Target!.Symbol ?? "0x", line, StringComparison.Ordinal);
        }
    }

    [LabFact("6.1-cloud", "null-deref")]
    public void RefusesTheVmlinuxOfAnotherBuildAndGoesOn()
    {
        LabDump dump = Lab.Find("6.1-cloud", "null-deref")!;
        var options = new SessionOptions { Vmlinux = dump.PathOf("modules/lab_null.ko") };
        using IDumpSession session = DumpSession.Open(dump.Vmcore, options, CancellationToken.None);
        Assert.Contains(session.Warnings, warning => warning.Contains("refused", StringComparison.Ordinal) && warning.Contains("lab_null.ko", StringComparison.Ordinal));
        Assert.Equal("slot_store", session.GetCrashReport(CancellationToken.None).Panic.Function.Value);
    }

    [LabFact("6.1-cloud", "null-deref")]
    public void FindsTheTaskInAFunctionAndDescribesWhatIsThere()
    {
        LabDump dump = Lab.Find("6.1-cloud", "null-deref")!;
        using IDumpSession session = DumpSession.Open(dump.Vmcore, new SessionOptions { UseDebugInfo = false }, CancellationToken.None);
        IReadOnlyList<StackReference> inRing = session.FindTasksIn("ring_submit", CancellationToken.None);
        Assert.Equal((int)dump.Truth["pid"]!, Assert.Single(inRing).Task!.Pid);
        Assert.True(session.FindTasksIn("schedule", CancellationToken.None).Count > 10, "sleeping tasks are in schedule()");
        IReadOnlyList<string> lines = session.Describe(new SpanTarget { Symbol = "slot_store", Offset = 8, Module = "lab_null" }, CancellationToken.None);
        Assert.StartsWith("slot_store+0x8/", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("section .text", StringComparison.Ordinal));
        Assert.Contains(session.FindSymbols("slot_stor", 10, CancellationToken.None), symbol => symbol.Symbol == "slot_store");
        Assert.Contains(session.FindSymbols("SYSRQ_HANDLE_CRASH", 10, CancellationToken.None), symbol => symbol.Symbol == "sysrq_handle_crash");
    }

    [LabFact("6.1-cloud", "null-deref")]
    public void EndsQuietlyWhenClosedDuringUse()
    {
        LabDump dump = Lab.Find("6.1-cloud", "null-deref")!;
        IDumpSession session = DumpSession.Open(dump.Vmcore, new SessionOptions { UseDebugInfo = false }, CancellationToken.None);
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.GetReport(CancellationToken.None));
    }

    private static void CheckPanic(JObject truth, PanicFacts panic, bool checkFunction = true)
    {
        Assert.Equal((string?)truth["kind"], PanicKinds.NameOf(panic.Kind));
        Assert.Equal((string?)truth["panicMessage"], panic.Message.Value);
        Assert.Equal((int?)truth["cpu"], panic.Cpu.Value);
        Assert.Equal((int?)truth["pid"], panic.Pid.Value);
        Assert.Equal((string?)truth["comm"], panic.Comm.Value);
        if (checkFunction)
        {
            Assert.Equal((string?)truth["function"], panic.Function.Value);
        }

        if ((string?)truth["faultAddress"] is { } fault)
        {
            Assert.Equal(fault, Words.Hex(panic.FaultAddress.Value.Value));
        }
    }

    // The log's frames must all be there, in order; ours may have more (inlined functions, what panic() calls, the user's frame).
    private static void CheckFrames(JArray truth, IReadOnlyList<StackFrame> frames, bool withLines)
    {
        int at = 0;
        foreach (JToken wanted in truth)
        {
            if ((string?)wanted["function"] is not { } function || (!withLines && (bool?)wanted["inlined"] == true))
            {
                continue;
            }

            // Assembler code may have several labels at one address: debug information and kallsyms then name different ones.
            while (at < frames.Count && frames[at].Function != function && frames[at].Symbol != function)
            {
                at++;
            }

            Assert.True(at < frames.Count, $"{function} is missing or out of order in: {string.Join(", ", frames.Select(f => f.Function))}");
            if (withLines && (string?)wanted["file"] is { } file && frames[at].Source is { } source && frames[at].Kind != FrameKind.Inlined)
            {
                Assert.Equal($"{file}:{wanted["line"]}", FrameText.SourceOf(source));
            }

            at++;
        }
    }
}
