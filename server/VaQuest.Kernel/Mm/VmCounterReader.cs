// VmCounterReader: reads vmstat counters with the parts that the CPUs still hold.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Mm;

/// <summary>
/// mm/vmstat.c: arrays of atomic_long_t indexed by enum zone_stat_item and enum node_stat_item, and per CPU an array of s8 with what is not
/// folded in yet. The names come from the kernel's own enumerations.
/// </summary>
internal sealed class VmCounterReader(LinuxKernel kernel)
{
    /// <summary>Linux 6.12 has some 60 in the larger enumeration.</summary>
    private const int MaxItems = 512;

    /// <summary>The per-CPU part of a zone: per_cpu_zonestats since 5.14, in the page lists (pageset) before.</summary>
    private static readonly (string Member, string Tag, string Diff)[] s_zoneDiffs =
        [("per_cpu_zonestats", "per_cpu_zonestat", "vm_stat_diff"), ("pageset", "per_cpu_pageset", "vm_stat_diff")];

    private static readonly (string Member, string Tag, string Diff)[] s_nodeDiffs = [("per_cpu_nodestats", "per_cpu_nodestat", "vm_node_stat_diff")];

    private readonly KernelObjects _objects = kernel.Objects;

    public VmCounters ReadZone(ObjectView zone) => Read("zone_stat_item", zone.At("vm_stat"), zone, s_zoneDiffs);

    public VmCounters ReadNode(ObjectView node) => Read("node_stat_item", node.At("vm_stat"), node, s_nodeDiffs);

    /// <summary>The machine's zone counters: vm_zone_stat, whose per-CPU parts are those of all zones.</summary>
    public VmCounters ReadAllZones(IReadOnlyList<VmCounters> zones) => ReadGlobal("zone_stat_item", "vm_zone_stat", zones);

    public VmCounters ReadAllNodes(IReadOnlyList<VmCounters> nodes) => ReadGlobal("node_stat_item", "vm_node_stat", nodes);

    private VmCounters ReadGlobal(string enumeration, string symbol, IReadOnlyList<VmCounters> parts)
    {
        VmCounters shared = Read(enumeration, kernel.Symbols.FindAddress(symbol), null, []);
        if (shared.Missing is not null)
        {
            return new VmCounters([], $"{symbol}: {shared.Missing}");
        }

        return new VmCounters([.. shared.All.Select(counter => counter with { PerCpu = SumOf(counter.Name, parts) })], null);
    }

    private static long? SumOf(string name, IReadOnlyList<VmCounters> parts)
    {
        long? sum = parts.Count == 0 ? null : 0;
        foreach (VmCounters part in parts)
        {
            sum += part.Find(name)?.PerCpu;
        }

        return sum;
    }

    private VmCounters Read(string enumeration, VirtAddr? array, ObjectView? owner, (string Member, string Tag, string Diff)[] diffs)
    {
        if (_objects.Types.Catalog?.FindEnum(enumeration) is not { } names)
        {
            return new VmCounters([], $"this kernel's types have no enum {enumeration}");
        }

        if (array is not { } start)
        {
            return new VmCounters([], "the counters' array is not known here");
        }

        // Of two names for one counter the later is its own: NR_LRU_BASE is NR_INACTIVE_ANON.
        var counters = new List<VmCounter>();
        for (int i = 0; i < names.Enumerators.Count; i++)
        {
            Enumerator name = names.Enumerators[i];
            bool isAlias = i + 1 < names.Enumerators.Count && names.Enumerators[i + 1].Value == name.Value;
            if (!isAlias && name.Value is >= 0 and < MaxItems && !name.Name.StartsWith("NR_VM_", StringComparison.Ordinal))
            {
                ulong index = (ulong)name.Value;
                long? shared = _objects.Reader.TryReadWord(start + (index * (ulong)_objects.Reader.WordSize), out ulong word)
                    ? unchecked((long)word)
                    : null;
                counters.Add(new VmCounter(name.Name, shared, owner is null ? null : ReadDiff(owner, diffs, index)));
            }
        }

        return new VmCounters(counters, null);
    }

    private long? ReadDiff(ObjectView owner, (string Member, string Tag, string Diff)[] diffs, ulong index)
    {
        foreach ((string member, string tag, string diff) in diffs)
        {
            if (owner.Has(member) && _objects.Types.FindMember(tag, diff) is { } layout && index < (ulong)layout.Size)
            {
                return SumOverCpus(owner.Pointer(member), layout.Offset + index);
            }
        }

        return null;
    }

    private long? SumOverCpus(VirtAddr? perCpu, ulong offset)
    {
        long sum = 0;
        foreach (int cpu in kernel.Cpus.Possible)
        {
            if (kernel.Cpus.FindPerCpu(perCpu, cpu) is not { } at || !_objects.Reader.TryReadUInt(at + offset, 1, out ulong part))
            {
                return null;
            }

            sum += unchecked((sbyte)(byte)part);
        }

        return sum;
    }
}
