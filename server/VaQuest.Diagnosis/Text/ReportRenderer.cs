// ReportRenderer: the crash report as text that can be read in an editor and pasted in a mail.
using System.Globalization;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Text;

/// <summary>Renders a <see cref="CrashReport"/>: the verdict first, then aligned sections.</summary>
public static class ReportRenderer
{
    private const int ValueColumn = 14;

    /// <param name="report">The report.</param>
    /// <param name="values">Values to show under each frame of the panic's stack; null to leave them out.</param>
    public static AnnotatedText Render(CrashReport report, SessionValues? values = null)
    {
        var text = new AnnotatedTextBuilder();
        RenderVerdict(text, report);
        RenderPanic(text, report);
        EvidenceRenderer.Render(text, report.Panic);
        RenderSystem(text, report);
        RenderStacks(text, report, values);
        MemoryBlockRenderer.Render(text, report.MemoryBlocks);
        RenderModules(text, report);
        RenderLog(text, report);
        RenderFindings(text, report);
        RenderCoverage(text, report);
        return text.Build();
    }

    private static void RenderVerdict(AnnotatedTextBuilder text, CrashReport report)
    {
        foreach (string line in LineWrap.Wrap(string.Join(' ', report.Panic.Explanation), LineWrap.Width))
        {
            text.WriteLine(line);
        }

        foreach (string warning in report.Warnings)
        {
            foreach (string line in LineWrap.Wrap("Warning: " + DumpText.Escape(warning), LineWrap.Width))
            {
                text.Write(line, SpanKind.Absent).EndLine();
            }
        }

        text.WriteLine();
    }

    private static void RenderPanic(AnnotatedTextBuilder text, CrashReport report)
    {
        PanicFacts panic = report.Panic;
        int start = Begin(text, "Panic");
        Label(text, "message");
        text.Write(Escape(panic.Message), panic.Message.HasValue ? SpanKind.Error : SpanKind.Absent).EndLine();
        Field(text, "kind", PanicKinds.NameOf(panic.Kind));
        RenderPlace(text, report);
        RenderTask(text, panic);
        if (panic.FaultAddress.HasValue)
        {
            Label(text, "address");
            text.Write(Words.Hex(panic.FaultAddress.Value.Value), SpanKind.Address, new SpanTarget { Address = panic.FaultAddress.Value }).EndLine();
        }

        Field(text, "signature", DumpText.Escape(report.Signature));
        End(text, "Panic", Escape(panic.Message), SectionKind.Panic, start);
    }

    private static void RenderPlace(AnnotatedTextBuilder text, CrashReport report)
    {
        StackTrace? stack = report.Stacks.FirstOrDefault(s => s.IsPanicStack);
        Label(text, "where");
        if (report.Panic.CulpritIndex is not { } index || stack is null)
        {
            text.Write($"({report.Panic.Function.Reason})", SpanKind.Absent).EndLine();
            return;
        }

        StackFrame frame = stack.Frames[index];
        SpanTarget target = StackRenderer.TargetOf(frame);
        text.Write(FrameText.FunctionOf(frame), SpanKind.Function, target).Write(FrameText.OffsetOf(frame) + FrameText.ModuleOf(frame));
        string source = FrameText.SourceOf(frame.Source);
        text.Write(source.Length > 0 ? "  " : "").Write(source, SpanKind.Source, target).EndLine();
    }

    private static void RenderTask(AnnotatedTextBuilder text, PanicFacts panic)
    {
        Label(text, "task");
        if (!panic.Comm.HasValue || !panic.Pid.HasValue)
        {
            text.Write($"({panic.Comm.Reason})", SpanKind.Absent).EndLine();
            return;
        }

        string name = FormattableString.Invariant($"PID {panic.Pid.Value} {DumpText.Escape(panic.Comm.Value)}");
        var target = new SpanTarget { Pid = panic.Pid.Value, Address = panic.Task.HasValue ? panic.Task.Value : null };
        text.Write(name, SpanKind.Task, target);
        text.Write(panic.Cpu.HasValue ? FormattableString.Invariant($", CPU {panic.Cpu.Value}") : "");
        if (panic.Task.HasValue)
        {
            text.Write(", task_struct ").Write(Words.FullHex(panic.Task.Value.Value), SpanKind.Address, new SpanTarget { Address = panic.Task.Value });
        }

        text.EndLine();
    }

    private static void RenderSystem(AnnotatedTextBuilder text, CrashReport report)
    {
        int start = Begin(text, "System");
        KernelFacts kernel = report.Kernel;
        Field(text, "kernel", kernel.Release);
        Field(text, "version", kernel.Version);
        Field(text, "build id", kernel.BuildId);
        Field(text, "taints", kernel.Taints.HasValue ? kernel.Taints.Value.Count == 0 ? "none" : string.Join(", ", kernel.Taints.Value)
            : $"({kernel.Taints.Reason})");
        SystemFacts system = report.System;
        Field(text, "host", system.Hostname);
        Field(text, "crashed at", system.CrashTimeUtc.HasValue
            ? system.CrashTimeUtc.Value.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC"
            : $"({system.CrashTimeUtc.Reason})");
        Field(text, "uptime", system.UptimeSeconds.HasValue ? Words.Duration(system.UptimeSeconds.Value) : $"({system.UptimeSeconds.Reason})");
        Field(text, "load", system.LoadAverage.HasValue
            ? string.Join(", ", system.LoadAverage.Value.Select(l => l.ToString("0.00", CultureInfo.InvariantCulture)))
            : $"({system.LoadAverage.Reason})");
        Field(text, "machine", Machine(report));
        Field(text, "command line", kernel.CommandLine);
        Field(text, "dump", DumpLine(report.Dump));
        Field(text, "debug info", report.Kernel.DebugInfo.Count == 0 ? "none: symbols and types are the dump's own"
            : string.Join(", ", report.Kernel.DebugInfo.Select(use => use.Module)));
        End(text, "System", Escape(kernel.Release), SectionKind.System, start);
    }

    private static string Machine(CrashReport report)
    {
        SystemFacts system = report.System;
        string cpus = system.Cpus.HasValue ? Words.Count(system.Cpus.Value, "CPU") : "CPUs unknown";
        string memory = system.MemoryBytes.HasValue ? Words.Bytes(system.MemoryBytes.Value) : "memory unknown";
        string tasks = system.Tasks.HasValue ? Words.Count(system.Tasks.Value, "task") : "tasks unknown";
        return $"{report.Dump.Architecture}, {cpus}, {memory}, {tasks}";
    }

    private static string DumpLine(DumpFacts dump)
    {
        string compression = dump.Compression.Count == 0 ? "" : $" ({string.Join(", ", dump.Compression)})";
        string complete = dump.IsComplete ? "complete" : "incomplete";
        string level = dump.DumpLevel is { } known ? FormattableString.Invariant($", dump level {known}") : "";
        return $"{dump.Format}{compression}, {complete}{level}";
    }

    private static void RenderStacks(AnnotatedTextBuilder text, CrashReport report, SessionValues? values)
    {
        foreach (StackTrace stack in report.Stacks)
        {
            int culprit = stack.IsPanicStack ? report.Panic.CulpritIndex ?? -1 : -1;
            FrameValueWriter? writer = stack.IsPanicStack && values is not null ? values.RenderFrame : null;
            StackRenderer.Render(text, stack, 0, culprit, StackRenderer.TitleOf(stack), renderValues: writer);
            text.WriteLine();
        }
    }

    private static void RenderModules(AnnotatedTextBuilder text, CrashReport report)
    {
        if (report.Modules.Count == 0)
        {
            return;
        }

        int start = Begin(text, "Modules");
        const int indent = 2;
        text.Write("  ");
        foreach (KernelModule module in report.Modules)
        {
            string name = DumpText.Escape(module.Name);
            string marks = module.Taints.Count > 0 ? "(" + string.Join(", ", module.Taints) + ")" : "";
            if (text.Column > indent && text.Column + name.Length + marks.Length > LineWrap.Width)
            {
                text.EndLine().Write("  ");
            }

            text.Write(name, SpanKind.Module, new SpanTarget { Module = module.Name }).Write(marks).Write(" ");
        }

        text.EndLine();
        End(text, "Modules", Words.Count(report.Modules.Count, "module"), SectionKind.Modules, start);
    }

    private static void RenderLog(AnnotatedTextBuilder text, CrashReport report)
    {
        if (report.LogExcerpt.Count == 0)
        {
            return;
        }

        int start = Begin(text, "Log around the crash");
        LogRenderer.RenderRecords(text, report.LogExcerpt, "  ");
        End(text, "Log around the crash", "", SectionKind.Log, start);
    }

    private static void RenderFindings(AnnotatedTextBuilder text, CrashReport report)
    {
        if (report.Findings.Count == 0)
        {
            return;
        }

        int start = Begin(text, "Findings");
        foreach (Finding finding in report.Findings)
        {
            RenderFinding(text, finding);

            foreach (Evidence evidence in finding.Evidence)
            {
                text.Write("      ").WriteLine(evidence.Text);
            }

            if (finding.Link is { } link)
            {
                text.Write("      see ").WriteLine(DumpText.Escape(link));
            }
        }

        End(text, "Findings", Words.Count(report.Findings.Count, "finding"), SectionKind.Findings, start);
    }

    private static void RenderFinding(AnnotatedTextBuilder text, Finding finding)
    {
        int head = finding.Severity.Length + 2 + finding.Title.Length;
        bool isFirst = true;
        foreach (string line in LineWrap.Wrap($"{finding.Severity}: {finding.Title}. {finding.Text}", LineWrap.Width - 2))
        {
            int length = isFirst ? Math.Min(head, line.Length) : 0;
            text.Write("  ").Write(line[..length], SpanKind.Finding, new SpanTarget { Rule = finding.Rule }).WriteLine(line[length..]);
            isFirst = false;
        }
    }

    private static void RenderCoverage(AnnotatedTextBuilder text, CrashReport report)
    {
        int start = Begin(text, "Coverage");
        foreach (CoverageEntry entry in report.Coverage)
        {
            Label(text, entry.Area);
            text.Write(entry.State).Pad(ValueColumn + 9);
            bool isFirst = true;
            foreach (string line in LineWrap.Wrap(DumpText.Escape(entry.Reason), LineWrap.Width - ValueColumn - 9))
            {
                text.Pad(isFirst ? 0 : ValueColumn + 9, 0).Write(line).EndLine();
                isFirst = false;
            }
        }

        text.AddSection("Coverage", "", SectionKind.Coverage, start, 0);
    }

    private static int Begin(AnnotatedTextBuilder text, string title)
    {
        int line = text.Line;
        text.Write(title, SpanKind.Heading).EndLine();
        return line;
    }

    private static void End(AnnotatedTextBuilder text, string title, string detail, SectionKind kind, int start)
    {
        text.AddSection(title, detail, kind, start, 0);
        text.WriteLine();
    }

    private static void Label(AnnotatedTextBuilder text, string label) => text.Write("  ").Write(label, SpanKind.Label).Pad(ValueColumn + 1);

    private static void Field(AnnotatedTextBuilder text, string label, string value)
    {
        Label(text, label);
        bool isFirst = true;
        foreach (string line in LineWrap.Wrap(value, LineWrap.Width - ValueColumn - 1))
        {
            text.Pad(isFirst ? 0 : ValueColumn + 1, 0).Write(line).EndLine();
            isFirst = false;
        }
    }

    private static void Field(AnnotatedTextBuilder text, string label, Known<string> value)
    {
        if (value.HasValue)
        {
            Field(text, label, DumpText.Escape(value.Value));
            return;
        }

        Label(text, label);
        text.Write($"({value.Reason})", SpanKind.Absent).EndLine();
    }

    private static string Escape(Known<string> value) => DumpText.Escape(value.ToString()!);
}
