// InterruptReader: interrupts, the counts of the architecture's own, and soft interrupts.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Cpus;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Irq;

/// <summary>
/// kernel/irq/irqdesc.c: descriptors in the maple tree sparse_irqs (6.5), the radix tree irq_desc_tree before, or the array irq_desc of kernels
/// without CONFIG_SPARSE_IRQ.
/// </summary>
public sealed class InterruptReader(LinuxKernel kernel)
{
    /// <summary>Handlers of one shared interrupt.</summary>
    private const int MaxActions = 256;

    /// <summary>NR_IRQS of an array.</summary>
    private const int MaxLines = 65536;

    /// <summary>NR_SOFTIRQS has been 10 since 2.6.</summary>
    private const int MaxSoftInterrupts = 32;

    /// <summary>Counters of the architecture's interrupts: about 25.</summary>
    private const int MaxCounters = 256;

    private readonly KernelObjects _objects = kernel.Objects;

    /// <summary>All descriptors; <paramref name="damage"/> says what is missing and why.</summary>
    public IReadOnlyList<InterruptLine> Read(out string? damage, CancellationToken cancellation)
    {
        var lines = new List<InterruptLine>();
        foreach ((ulong number, VirtAddr address) in FindDescriptors(out damage))
        {
            cancellation.ThrowIfCancellationRequested();
            lines.Add(ReadLine(number, new ObjectView(_objects, address, "irq_desc")));
        }

        return lines;
    }

    /// <summary>Counts of interrupts that have no descriptor (timer, reschedule, NMI, …) by the member that counts them.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<ulong?> Counts)> ReadArchitecture()
    {
        var rows = new List<(string, IReadOnlyList<ulong?>)>();
        if (kernel.Symbols.FindAddress("irq_stat") is not { } symbol || kernel.Types.Catalog?.FindNamed("irq_cpustat_t")?.Unqualified is not StructType structure)
        {
            return rows;
        }

        if (structure.FindField("counts") is { } counts)
        {
            AddCounters(rows, symbol + (ulong)counts.ByteOffset);
            return rows;
        }

        foreach (StructMember member in structure.Members)
        {
            bool isCounter = member.Type.Unqualified is IntegerType { ByteSize: 4 } && member.Name.Length > 0 && !member.Name.Contains("softirq", StringComparison.Ordinal);
            if (isCounter)
            {
                rows.Add((member.Name, CountsAt(symbol + (ulong)member.ByteOffset)));
            }
        }

        return rows;
    }

    /// <summary>Since 7.1 an array, whose indices are an enumeration; it ends with the number of counters.</summary>
    private void AddCounters(List<(string, IReadOnlyList<ulong?>)> rows, VirtAddr first)
    {
        const string Prefix = "IRQ_COUNT_";
        if (kernel.Types.Catalog?.FindEnum("irq_stat_counts") is not { } names)
        {
            return;
        }

        foreach (Enumerator item in names.Enumerators.Where(item => item.Name != Prefix + "MAX" && item.Value is >= 0 and < MaxCounters))
        {
            string name = item.Name.StartsWith(Prefix, StringComparison.Ordinal) ? item.Name[Prefix.Length..].ToLowerInvariant() : item.Name;
            rows.Add((name, CountsAt(first + ((ulong)item.Value * 4))));
        }
    }

    /// <summary>Soft interrupts: name, handler, counts by CPU.</summary>
    public IReadOnlyList<(string Name, VirtAddr? Action, IReadOnlyList<ulong?> Counts)> ReadSoft()
    {
        var rows = new List<(string, VirtAddr?, IReadOnlyList<ulong?>)>();
        if (kernel.Symbols.FindAddress("kstat") is not { } stat || _objects.Types.FindMember("kernel_stat", "softirqs") is not { } counts)
        {
            return rows;
        }

        ulong word = (ulong)_objects.Reader.WordSize;
        int number = (int)Math.Min(counts.Size / 4, MaxSoftInterrupts);
        for (int i = 0; i < number; i++)
        {
            string? name = kernel.Symbols.FindAddress("softirq_to_name") is { } names && _objects.Reader.FindPointer(names + ((ulong)i * word)) is { } text
                ? _objects.Reader.ReadCString(text, 32) : null;
            VirtAddr? action = kernel.Symbols.FindAddress("softirq_vec") is { } table && _objects.Types.FindSize("softirq_action") is { } size
                ? _objects.FindPointer(table + (ulong)(i * size), "softirq_action", "action") : null;
            rows.Add((name ?? FormattableString.Invariant($"{i}"), action, CountsAt(stat + counts.Offset + ((ulong)i * 4))));
        }

        return rows;
    }

    private InterruptLine ReadLine(ulong number, ObjectView line)
    {
        var actions = new List<ObjectView>();
        var seen = new HashSet<ulong>();
        string? damage = null;
        for (ObjectView? action = line.Behind("irqaction", "action"); action is not null; action = action.Behind("irqaction", "next"))
        {
            if (!seen.Add(action.Address.Value) || actions.Count >= MaxActions)
            {
                damage = FormattableString.Invariant($"interrupt {number}: its list of handlers runs in a circle at {action.Address}");
                break;
            }

            actions.Add(action);
        }

        // unsigned int, or since 6.10 struct irqstat that begins with one.
        VirtAddr? counts = line.Pointer("kstat_irqs");
        string? chip = line.Behind("irq_chip", "irq_data.chip")?.TextBehind(64, "name");
        string? affinity = CpuMask.ReadMember(kernel, line, "irq_common_data.affinity");
        return new InterruptLine(number, line, actions, counts is { } at ? CountsAt(at) : [.. kernel.Cpus.Possible.Select(_ => (ulong?)null)], chip, affinity, damage);
    }

    private List<ulong?> CountsAt(VirtAddr perCpu)
    {
        var counts = new List<ulong?>();
        foreach (int cpu in kernel.Cpus.Possible)
        {
            counts.Add(kernel.Cpus.FindPerCpu(perCpu, cpu) is { } at && _objects.Reader.TryReadUInt32(at, out uint count) ? count : null);
        }

        return counts;
    }

    private List<(ulong Number, VirtAddr Address)> FindDescriptors(out string? damage)
    {
        var walks = new IndexWalks(kernel.Reader, kernel.Types);
        WalkResult? tree = kernel.Symbols.FindAddress("sparse_irqs") is { } maple ? walks.MapleTree(maple)
            : kernel.Symbols.FindAddress("irq_desc_tree") is { } radix ? walks.Array(radix)
            : null;
        if (tree is not null)
        {
            damage = tree.Damage;
            return [.. tree.Items.Select(item => (item.First ?? 0, item.Address))];
        }

        damage = null;
        var found = new List<(ulong, VirtAddr)>();
        if (kernel.Symbols.FindAddress("irq_desc") is not { } array || _objects.Types.FindSize("irq_desc") is not ({ } size and > 0))
        {
            damage = "none of sparse_irqs, irq_desc_tree and irq_desc is a symbol of this kernel";
            return found;
        }

        int count = kernel.Symbols.FindAddress("nr_irqs") is { } at && kernel.Reader.TryReadInt32(at, out int known) ? Math.Clamp(known, 0, MaxLines) : 0;
        for (int i = 0; i < count; i++)
        {
            found.Add(((ulong)i, array + (ulong)(i * size)));
        }

        return found;
    }
}
