// MaterialReader: gathers a report's material from an open dump.
using VaQuest.Diagnosis.Sessions;
using VaQuest.Kernel;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Memory.Hotplug;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;
using KernelSystemFacts = VaQuest.Kernel.Facts.SystemFacts;

namespace VaQuest.Diagnosis.Reports;

/// <summary>Asks the kernel layer for everything a report shows. What cannot be read becomes an absent value with its reason.</summary>
internal sealed class MaterialReader(OpenedDump opened, StackReader stacks, IReadOnlyList<string> warnings)
{
    private const string NotInDump = "it could not be read from the dump; the coverage section says why";

    /// <summary>Sections whose memory blocks are all looked at for states between online and offline: 16 GiB in sections of 128 MiB.</summary>
    private const int MaxSections = 128;

    /// <summary>Blocks that a report lists; `vaquest whatis --phys` tells of any.</summary>
    private const int MaxBlocks = 64;

    public CrashMaterial Read(CancellationToken cancellation)
    {
        // The log and the stacks read different pages: on two cores they take the time of one.
        Task<KernelLog> log = Task.Run(() => opened.Kernel.Log, cancellation);
        IReadOnlyList<StackTrace> active = stacks.ReadActive(cancellation);
        KernelSystemFacts facts = opened.Kernel.Facts;
        IReadOnlyList<LogRecord> records = log.GetAwaiter().GetResult().Records;
        return new CrashMaterial
        {
            Dump = DumpInfo.FactsOf(opened.Dump),
            Kernel = ReadKernel(facts),
            System = ReadSystem(facts),
            Log = records,
            Stacks = active,
            Modules = opened.Kernel.Modules,
            MemoryBlocks = ReadBlocks(),
            Coverage = ReadCoverage(),
            Warnings = warnings,
        };
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

    // The flags of sections are small; the blocks themselves are read where some are not online, or where there are few.
    private IReadOnlyList<MemoryBlock> ReadBlocks() =>
        opened.Kernel.PageMap.Sections is { } sections && sections.MayHaveOfflineMemory(opened.Kernel.PageMap.MaxPfn, MaxSections)
            ? [.. opened.Kernel.MemoryBlocks.All.Where(block => !block.IsOnline).Take(MaxBlocks)] : [];

    private List<CoverageEntry> ReadCoverage()
    {
        var entries = new List<CoverageEntry>(opened.Kernel.Coverage.Count + 4);
        entries.AddRange(opened.Kernel.Coverage);
        entries.AddRange(opened.DebugFiles.Coverage);
        return entries;
    }
}
