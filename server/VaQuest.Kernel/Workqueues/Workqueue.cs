// Workqueue: a workqueue with what it has in hand.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Workqueues;

/// <summary>A workqueue (struct workqueue_struct).</summary>
/// <param name="Object">Its structure.</param>
/// <param name="Name">Its name, or null.</param>
/// <param name="Flags">Names of its flags: unbound, highpri, …</param>
/// <param name="Active">Work items that pools have, summed over its pool_workqueues; null when not all could be read.</param>
/// <param name="MaxActive">How many may be active for each CPU or node, or null.</param>
/// <param name="Inactive">Work held back by that limit, oldest first.</param>
/// <param name="Damage">Where one of its lists broke off, or null.</param>
public sealed record Workqueue(
    ObjectView Object, string? Name, IReadOnlyList<string> Flags, ulong? Active, long? MaxActive, IReadOnlyList<WorkItem> Inactive, string? Damage);
