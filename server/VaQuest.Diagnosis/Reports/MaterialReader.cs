// MaterialReader: gathers a report's material from an open dump.
using VaQuest.Binary;
using VaQuest.Diagnosis.Findings;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Memory.Hotplug;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;
using KernelSystemFacts = VaQuest.Kernel.Facts.SystemFacts;

namespace VaQuest.Diagnosis.Reports;

/// <summary>Asks the kernel layer for everything a report shows. What cannot be read becomes an absent value with its reason.</summary>
internal sealed class MaterialReader(OpenedDump opened, StackReader stacks, SessionValues values, SessionOptions options, IReadOnlyList<string> warnings)
{
    private const string NotInDump = "it could not be read from the dump; the coverage section says why";

    /// <summary>Blocks that a report lists; `vaquest whatis --phys` tells of any.</summary>
    private const int MaxBlocks = 64;

    public CrashMaterial Read(CancellationToken cancellation)
    {
        // The log and the stacks read different pages: on two cores they take the time of one.
        Task<KernelLog> log = Task.Run(() => opened.Kernel.Log, cancellation);
        IReadOnlyList<StackTrace> active = stacks.ReadActive(cancellation);
        KernelSystemFacts facts = opened.Kernel.Facts;
        HealthFacts health = new HealthReader(opened, values).Read(active.FirstOrDefault(stack => stack.IsPanicStack));
        (IReadOnlyList<KnownIssue> issues, IReadOnlyList<string> problems) = ReadIssues();
        IReadOnlyList<LogRecord> records = log.GetAwaiter().GetResult().Records;
        return new CrashMaterial
        {
            Dump = DumpInfo.FactsOf(opened.Dump),
            Kernel = ReadKernel(facts),
            System = ReadSystem(facts),
            Log = records,
            Stacks = active,
            Modules = opened.Kernel.Modules,
            Health = health,
            KnownIssues = issues,
            MemoryBlocks = ReadBlocks(),
            Coverage = ReadCoverage(),
            Warnings = [.. warnings, .. problems],
        };
    }

    // A file of rules with a mistake is told with the report, which does not wait for it to be corrected.
    private (List<KnownIssue> Issues, List<string> Problems) ReadIssues()
    {
        var issues = new List<KnownIssue>();
        var problems = new List<string>();
        foreach (string file in options.RuleFiles)
        {
            try
            {
                issues.AddRange(options.ReadRules?.Invoke(file) ?? []);
            }
            catch (DumpFormatException error)
            {
                problems.Add(error.Message);
            }
        }

        return (issues, problems);
    }

    private KernelFacts ReadKernel(KernelSystemFacts facts) => new()
    {
        Release = Fact.From(facts.Release, NotInDump),
        Version = Fact.From(facts.Version, NotInDump),
        BuildId = Fact.From(facts.BuildId, NotInDump),
        KaslrOffset = Fact.From(facts.KaslrOffset, "the dump does not say by how much the kernel was moved"),
        Taints = facts.TaintMask is null ? Fact.Absent<IReadOnlyList<string>>(NotInDump) : new Known<IReadOnlyList<string>>(facts.Taints, null),
        DebugInfo = opened.DebugFiles.InUse,
        CommandLine = Fact.From(facts.CommandLine, NotInDump),
    };

    private SystemFacts ReadSystem(KernelSystemFacts facts)
    {
        TaskList tasks = opened.Kernel.Tasks;
        int threads = tasks.All.Count(task => task.Pid != 0);
        return new SystemFacts
        {
            Cpus = Fact.From(facts.OnlineCpus, NotInDump),
            Tasks = tasks.Missing is { } missing ? Fact.Absent<int>(missing) : threads,
            UptimeSeconds = Fact.From(facts.UptimeSeconds, NotInDump),
            CrashTimeUtc = Fact.From(facts.CrashTimeUtc, NotInDump),
            Hostname = Fact.From(facts.Hostname, NotInDump),
            MemoryBytes = Fact.From(facts.MemoryBytes, NotInDump),
            LoadAverage = Fact.From(facts.LoadAverage, NotInDump),
        };
    }

    // The blocks themselves are read only where something tells that one is not online: on most machines this costs two or three reads.
    private IReadOnlyList<MemoryBlock> ReadBlocks() =>
        opened.Kernel.PageMap.Sections?.HasOfflineSection(opened.Kernel.PageMap.MaxPfn) == true || MemoryBlocks.IsChanging(opened.Kernel)
            ? [.. opened.Kernel.MemoryBlocks.All.Where(block => !block.IsOnline).Take(MaxBlocks)] : [];

    private List<CoverageEntry> ReadCoverage()
    {
        var entries = new List<CoverageEntry>(opened.Kernel.Coverage.Count + 4);
        entries.AddRange(opened.Kernel.Coverage);
        entries.AddRange(opened.DebugFiles.Coverage);
        return entries;
    }
}
