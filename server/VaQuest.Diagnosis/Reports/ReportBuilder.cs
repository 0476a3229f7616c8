// ReportBuilder: concludes from a dump's facts what happened.
using VaQuest.Binary;
using VaQuest.Diagnosis.Explain;
using VaQuest.Diagnosis.Explain.Fault;
using VaQuest.Diagnosis.Findings;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.DebugInfo.Lines;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Reports;

/// <summary>Makes a <see cref="CrashReport"/>. Pure: the same material gives the same report.</summary>
public static class ReportBuilder
{
    /// <summary>Log records that the report shows before the crash's message, and from it on.</summary>
    private const int LogRecordsBefore = 12;

    private const int LogRecordsAfter = 10;

    /// <summary>By the log and the stack alone.</summary>
    public static CrashReport Build(CrashMaterial material) => Build(material, null);

    /// <param name="material">The dump's facts.</param>
    /// <param name="examine">Looks into code and memory for why it crashed; null to go by the log and the stack alone.</param>
    internal static CrashReport Build(CrashMaterial material, Func<PanicSituation, FaultExplanation?>? examine)
    {
        var lines = new LogLines(material.Log);
        PanicRecord record = PanicLogReader.Read(lines.Texts);
        StackTrace? stack = material.Stacks.FirstOrDefault(s => s.IsPanicStack);
        IReadOnlyList<StackFrame> frames = stack?.Frames ?? [];
        bool isJump = record.Access == "instruction fetch" || frames is [{ Function: null, Kind: not FrameKind.User }, ..];
        // What ran when the hardware failed has no part in it.
        int culprit = record.Kind == PanicKind.MachineCheck ? -1 : Culprit.Find(frames, record.Kind, isJump);
        PanicFacts panic = BuildPanic(material, record, stack, culprit, examine);
        string signature = SignatureOf(material, record, frames, culprit);
        return new CrashReport
        {
            Dump = material.Dump,
            Kernel = material.Kernel,
            System = material.System,
            Panic = panic,
            Stacks = material.Stacks,
            Findings =
            [
                .. KnownIssues.Match(material, panic, record, signature, stack),
                .. FindingRules.Run(material, panic, record, lines, stack),
            ],
            Coverage = material.Coverage,
            Signature = signature,
            Modules = material.Modules,
            MemoryBlocks = material.MemoryBlocks,
            LogExcerpt = ExcerptOf(material, record, lines),
            Warnings = material.Warnings,
        };
    }

    // The watchdog that found a hung task is the same in all such crashes: the task's own stack tells them apart.
    private static string SignatureOf(CrashMaterial material, PanicRecord record, IReadOnlyList<StackFrame> frames, int culprit)
    {
        BlockedTask? hung = record.Kind == PanicKind.HungTask && HungTaskMessage.FindPid(record.Message) is { } pid
            ? material.Health.Blocked.FirstOrDefault(task => task.Task.Pid == pid) : null;
        return hung is null ? CrashSignature.Make(record.Kind, frames, culprit)
            : CrashSignature.Make(record.Kind, hung.Stack.Frames, WaitPlaces.FirstFrame(hung.Stack.Frames));
    }

    // What led to the crash is worth more than the end of the register dump; without a message, the end is all there is.
    private static IReadOnlyList<LogRecord> ExcerptOf(CrashMaterial material, PanicRecord record, LogLines lines)
    {
        int message = record.Index >= 0 ? lines.Origins[record.Index] : material.Log.Count;
        int first = Math.Max(0, Math.Min(message, material.Log.Count - LogRecordsAfter) - LogRecordsBefore);
        return [.. material.Log.Skip(first).Take(LogRecordsBefore + LogRecordsAfter)];
    }

    private static PanicFacts BuildPanic(
        CrashMaterial material, PanicRecord record, StackTrace? stack, int culprit, Func<PanicSituation, FaultExplanation?>? examine)
    {
        StackFrame? frame = culprit >= 0 ? stack!.Frames[culprit] : null;
        string noStack = record.Kind == PanicKind.MachineCheck ? "the hardware reported the error: no function is to blame" : stack is null ? "the stack of the CPU that crashed could not be found"
            : "no frame of the panic stack lies outside the kernel's own panic handling";
        var site = new PanicSituation(record, stack, frame, culprit, material);
        FaultExplanation? fault = examine?.Invoke(site);
        SourceLocation? source = fault?.Location ?? (frame?.Source is { Line: > 0 } known ? known : null);
        string noSource = frame is null ? noStack : NoSourceReason(material, frame);
        HangVerdict? hang = material.Hang?.Invoke(record, material);
        return new PanicFacts
        {
            Message = Fact.From(record.Message, NoMessageReason(material)),
            Kind = hang is { Deadlocks.Count: > 0 } && record.Kind == PanicKind.HungTask ? PanicKind.Deadlock : fault?.Kind ?? record.Kind,
            Cpu = Fact.From(stack?.Cpu ?? record.Cpu, "neither the dump's notes nor the log name the CPU"),
            Pid = Fact.From(stack?.Task?.Pid ?? record.Pid, "neither the panic stack nor the log name the task"),
            Comm = Fact.From(stack?.Task?.Comm ?? record.Comm, "neither the panic stack nor the log name the task"),
            Task = Fact.From(stack?.Task?.Address, "the panic stack belongs to no known task"),
            Pc = Fact.From(PcOf(record, frame), noStack),
            FaultAddress = Fact.From(record.FaultAddress, NoAddressReason(record)),
            Function = Fact.From(frame?.Function, frame is null ? noStack : "no symbol covers the address"),
            File = Fact.From((source is null ? null : SourcePaths.Shorten(source)), noSource),
            Line = Fact.From(source?.Line, noSource),
            CulpritIndex = frame is null ? null : culprit,
            Module = frame?.Module,
            Explanation = Explain(Explanation.Write(site, fault), hang),
            Fault = fault,
            Deadlocks = hang?.Deadlocks ?? [],
            Evidence = [.. BuildEvidence(record, frame, source, fault), .. hang?.Evidence ?? []],
        };
    }

    // Where somebody only asked for the dump, what hangs is what it is about, and comes second.
    private static IReadOnlyList<string> Explain(IReadOnlyList<string> crash, HangVerdict? hang) => hang is null ? crash
        : hang.IsCause ? [.. crash.Take(1), .. hang.Sentences, .. crash.Skip(1)] : [.. crash, .. hang.Sentences];

    // A jump to a bad address has no function: the instruction is where the CPU stood, and the culprit is the caller.
    private static VirtAddr? PcOf(PanicRecord record, StackFrame? frame) =>
        record.Access == "instruction fetch" && record.FaultAddress is { } target ? target : frame?.Pc;

    private static string NoMessageReason(CrashMaterial material) => material.Log.Count == 0
        ? "the kernel log could not be read"
        : "the log holds neither a panic nor an oops: the dump may be of a kernel that was still running";

    private static string NoAddressReason(PanicRecord record) =>
        record.Message is null ? "the log holds no oops" : "this kind of crash has no faulting address, or the log does not tell it";

    private static string NoSourceReason(CrashMaterial material, StackFrame frame)
    {
        string image = frame.Module is null ? "vmlinux" : frame.Module;
        return material.Kernel.DebugInfo.Any(use => use.Module == image)
            ? $"the debug information of {image} has no line for this address"
            : $"no debug information for {image}";
    }

    private static List<Evidence> BuildEvidence(PanicRecord record, StackFrame? frame, SourceLocation? source, FaultExplanation? fault)
    {
        var evidence = new List<Evidence>();
        foreach (string line in record.EvidenceLines)
        {
            evidence.Add(new Evidence(DumpText.Escape(line)) { Address = line == record.Message ? record.FaultAddress : null });
        }

        if (frame is not null)
        {
            string how = $"{FrameText.NameOf(frame)}, known by {FrameProofs.Describe(frame.Proof)}";
            evidence.Add(new Evidence(how) { Address = frame.Pc, File = (source is null ? null : SourcePaths.Shorten(source)), Line = source?.Line });
        }

        foreach (Conclusion conclusion in fault?.Conclusions ?? [])
        {
            evidence.Add(new Evidence(conclusion.Text)
            {
                Degree = CertaintyNames.NameOf(conclusion.Certainty),
                Address = conclusion.Address,
                File = conclusion.File,
                Line = conclusion.Line,
            });
        }

        return evidence;
    }
}
