// MemoryNode: a NUMA node with its zones.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Mm;

/// <summary>A node (struct pglist_data).</summary>
/// <param name="Number">Its number.</param>
/// <param name="Object">Its structure.</param>
/// <param name="Counters">Its counters.</param>
/// <param name="Zones">Its zones, lowest first, those without pages too.</param>
public sealed record MemoryNode(int Number, ObjectView Object, VmCounters Counters, IReadOnlyList<MemoryZone> Zones);
