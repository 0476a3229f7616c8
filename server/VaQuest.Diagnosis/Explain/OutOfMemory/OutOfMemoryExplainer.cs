// OutOfMemoryExplainer: who has the memory, from the kernel's own counters.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Memory.Usage;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Explain.OutOfMemory;

/// <summary>Writes the sentences about memory: numbers are facts, what follows from them is "consistent with".</summary>
internal sealed class OutOfMemoryExplainer(LinuxKernel kernel)
{
    private const int Listed = 5;

    /// <summary>A part below a quarter of the memory is not what used it up.</summary>
    private const int LargestShare = 4;

    public HangVerdict? Explain()
    {
        if (new MemoryUsageReader(kernel).Read(out string? missing) is not { } usage)
        {
            return new HangVerdict([$"Who has the memory cannot be told: {missing}."], []);
        }

        var sentences = new List<string>();
        (string Name, ulong Bytes)[] parts = [.. PartsOf(usage).OrderByDescending(part => part.Bytes)];
        sentences.Add($"Of {Words.Bytes(usage.Total)}, {(usage.Free is { } free ? Words.Bytes(free) : "an unknown part")} was free; the most is in "
            + string.Join(", ", parts.Take(3).Select(part => $"{part.Name} ({Words.Bytes(part.Bytes)})")) + ".");
        AddSuspect(usage, parts, sentences);
        return new HangVerdict(sentences, BuildEvidence(usage, parts));
    }

    private void AddSuspect(MemoryUsage usage, (string Name, ulong Bytes)[] parts, List<string> sentences)
    {
        if (parts.Length == 0 || parts[0].Bytes < usage.Total / LargestShare)
        {
            sentences.Add("No single part has a quarter of the memory.");
            return;
        }

        ulong slab = (usage.SlabReclaimable ?? 0) + (usage.SlabUnreclaimable ?? 0);
        if (slab >= usage.Total / LargestShare && usage.Caches is [{ } largest, ..] && largest.Bytes >= slab / 2)
        {
            string objects = largest.Objects is > 0 and { } count ? FormattableString.Invariant($", {count} objects of {largest.ObjectBytes} bytes") : "";
            sentences.Add($"The slab cache {DumpText.Escape(largest.Name)} alone has {Words.Bytes(largest.Bytes)}{objects}: consistent with objects of it that are not freed.");
        }

        KernelTask? task = Largest().FirstOrDefault();
        if ((usage.Anonymous ?? 0) + (usage.Shared ?? 0) >= usage.Total / LargestShare && task is { ResidentBytes: { } resident })
        {
            sentences.Add($"The largest task is {DumpText.Escape(task.Comm)} (PID {Words.Number(task.Pid)}) with {Words.Bytes(resident)} resident.");
        }

        if (usage.Unaccounted is { } unknown && unknown >= usage.Total / LargestShare)
        {
            sentences.Add($"{Words.Bytes(unknown)} are pages that were allocated and that no counter accounts for: consistent with pages taken from the page allocator and not given back.");
        }
    }

    private static IEnumerable<(string Name, ulong Bytes)> PartsOf(MemoryUsage usage)
    {
        (string Name, ulong? Bytes)[] parts =
        [
            ("anonymous memory of processes", usage.Anonymous), ("page cache", usage.Cache), ("shared memory and tmpfs", usage.Shared),
            ("reclaimable slab", usage.SlabReclaimable), ("unreclaimable slab", usage.SlabUnreclaimable), ("page tables", usage.PageTables),
            ("vmalloc, kernel stacks included", usage.Vmalloc), ("per-CPU memory", usage.PerCpu), ("huge pages", usage.HugePages),
            ("pages that nobody accounts for", usage.Unaccounted),
        ];
        return parts.Where(part => part.Bytes is > 0).Select(part => (part.Name, part.Bytes!.Value));
    }

    private static List<Evidence> BuildEvidence(MemoryUsage usage, (string Name, ulong Bytes)[] parts, IEnumerable<KernelTask> tasks)
    {
        var evidence = new List<Evidence>();
        evidence.AddRange(parts.Select(part => new Evidence($"{part.Name}: {Words.Bytes(part.Bytes)}, {part.Bytes * 100 / usage.Total}% of {Words.Bytes(usage.Total)}")));
        foreach (ZoneUsage zone in usage.Zones)
        {
            string minimum = zone.Minimum is { } low ? $", its minimum is {Words.Bytes(low)}" : "";
            string free = zone.Free is { } known ? Words.Bytes(known) : "an unknown part";
            evidence.Add(new Evidence(FormattableString.Invariant($"zone {DumpText.Escape(zone.Name)} of node {zone.Node}: {free} of {Words.Bytes(zone.Managed)} free{minimum}")));
        }

        evidence.AddRange(usage.Caches.Take(Listed).Select(cache => new Evidence($"slab cache {DumpText.Escape(cache.Name)}: {Words.Bytes(cache.Bytes)}")));
        evidence.AddRange(tasks.Take(Listed).Select(task => new Evidence($"{Waits.WaitWords.Of(task)}: {Words.Bytes(task.ResidentBytes ?? 0)} resident") { Address = task.Address }));
        evidence.AddRange(usage.Problems.Select(problem => new Evidence(DumpText.Escape(problem))));
        return evidence;
    }

    private List<Evidence> BuildEvidence(MemoryUsage usage, (string Name, ulong Bytes)[] parts) => BuildEvidence(usage, parts, Largest());

    // Threads share their memory: the leader stands for all of them.
    private IEnumerable<KernelTask> Largest() => kernel.Tasks.All.Where(task => task.ResidentBytes is > 0 && (task.Tgid is null || task.Tgid == task.Pid))
        .OrderByDescending(task => task.ResidentBytes);
}
