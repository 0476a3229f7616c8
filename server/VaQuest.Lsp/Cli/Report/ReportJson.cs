// ReportJson: the crash report as in the JSON contract.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Values;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.Report;

/// <summary>Writes "vaquest.report/1".</summary>
internal static class ReportJson
{
    public static void Write(TextWriter writer, CrashReport report, SessionValues? values = null)
    {
        using var json = new JsonOutput(writer, "report");
        json.Object("dump", () => WriteDump(json, report.Dump));
        json.Object("kernel", () => WriteKernel(json, report.Kernel));
        json.Object("system", () => WriteSystem(json, report.System));
        json.Object("panic", () => WritePanic(json, report.Panic));
        json.Objects("stacks", report.Stacks, stack => StackJson.Write(json, stack, stack.IsPanicStack ? values : null));
        json.Objects("findings", report.Findings, finding =>
        {
            json.Text("rule", finding.Rule);
            json.Text("severity", finding.Severity);
            json.Text("title", finding.Title);
            json.Text("text", finding.Text);
            WriteEvidence(json, finding.Evidence);
            if (finding.Link is not null)
            {
                json.Text("link", finding.Link);
            }
        });
        json.Objects("coverage", report.Coverage, entry =>
        {
            json.Text("area", entry.Area);
            json.Text("state", entry.State);
            json.Text("reason", entry.Reason);
        });
        WriteMemoryBlocks(json, report);
        json.Texts("warnings", report.Warnings);
        json.Text("signature", report.Signature);
    }

    // Only where some are not online.
    private static void WriteMemoryBlocks(JsonOutput json, CrashReport report)
    {
        if (report.MemoryBlocks.Count == 0)
        {
            return;
        }

        json.Objects("memoryBlocks", report.MemoryBlocks, block =>
        {
            json.Integer("number", block.Number);
            json.Hex("start", block.Start.Value);
            json.Integer("bytes", block.Bytes);
            json.Text("state", block.State);
            json.Number("node", block.Node, "the kernel does not tell");
        });
    }

    private static void WriteDump(JsonOutput json, DumpFacts dump)
    {
        json.Text("path", dump.Path);
        json.Text("format", dump.Format);
        json.Texts("compression", dump.Compression);
        json.Text("architecture", dump.Architecture);
        json.Integer("pageSize", dump.PageSize);
        json.Flag("complete", dump.IsComplete);
        json.Integer("physicalBytes", dump.PhysicalBytes);
        json.Number("dumpLevel", dump.DumpLevel, "the format does not record it");
    }

    private static void WriteKernel(JsonOutput json, KernelFacts kernel)
    {
        json.Text("release", kernel.Release);
        json.Text("version", kernel.Version);
        json.Text("buildId", kernel.BuildId);
        json.Hex("kaslrOffset", kernel.KaslrOffset);
        json.TextList("taints", kernel.Taints);
        json.Text("commandLine", kernel.CommandLine);
        json.Objects("debugInfo", kernel.DebugInfo, use =>
        {
            json.Text("module", use.Module);
            json.Text("file", use.File);
            json.Text("buildId", use.BuildId, "the file has no build id");
        });
    }

    private static void WriteSystem(JsonOutput json, SystemFacts system)
    {
        json.Number("cpus", system.Cpus);
        json.Number("tasks", system.Tasks);
        json.Number("uptimeSeconds", system.UptimeSeconds);
        string format = "yyyy-MM-ddTHH:mm:ssZ";
        json.Text("crashTimeUtc", system.CrashTimeUtc.HasValue
            ? system.CrashTimeUtc.Value.ToString(format, System.Globalization.CultureInfo.InvariantCulture)
            : Fact.Absent<string>(system.CrashTimeUtc.Reason));
        json.Text("hostname", system.Hostname);
        json.Number("memoryBytes", system.MemoryBytes);
        json.NumberList("loadAverage", system.LoadAverage);
    }

    private static void WritePanic(JsonOutput json, PanicFacts panic)
    {
        json.Text("message", panic.Message);
        json.Text("kind", PanicKinds.NameOf(panic.Kind));
        json.Number("cpu", panic.Cpu);
        json.Number("pid", panic.Pid);
        json.Text("comm", panic.Comm);
        json.Address("task", panic.Task);
        json.Address("pc", panic.Pc);
        json.Address("faultAddress", panic.FaultAddress);
        json.Text("function", panic.Function);
        json.Text("file", panic.File);
        json.Number("line", panic.Line);
        json.Text("module", panic.Module, "not in a module, or no frame is known");
        json.Texts("explanation", panic.Explanation);
        if (panic.Fault is { } fault)
        {
            FaultJson.Write(json, fault);
        }

        WriteEvidence(json, panic.Evidence);
    }

    private static void WriteEvidence(JsonOutput json, IReadOnlyList<Evidence> evidence) => json.Objects("evidence", evidence, item =>
    {
        json.Text("text", item.Text);
        if (item.Degree is not null)
        {
            json.Text("degree", item.Degree);
        }

        if (item.Address is { } address)
        {
            json.Hex("address", address.Value);
        }

        if (item.File is not null)
        {
            json.Text("file", item.File);
        }

        if (item.Line is { } line)
        {
            json.Integer("line", line);
        }
    });
}
