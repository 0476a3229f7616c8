// InterruptLine: an interrupt with its handlers and counts.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Irq;

/// <summary>An interrupt descriptor (struct irq_desc).</summary>
/// <param name="Number">Linux' number of the interrupt.</param>
/// <param name="Object">Its descriptor.</param>
/// <param name="Actions">The irqactions, in the order in which they are called.</param>
/// <param name="Counts">How often it came, by CPU in the order of possible CPUs; null where that is not in the dump.</param>
/// <param name="Chip">Name of its controller, or null.</param>
/// <param name="Affinity">The CPUs that it may go to, or null.</param>
/// <param name="Damage">Where the list of actions broke off, or null.</param>
public sealed record InterruptLine(
    ulong Number, ObjectView Object, IReadOnlyList<ObjectView> Actions, IReadOnlyList<ulong?> Counts, string? Chip, string? Affinity, string? Damage)
{
    /// <summary>True for what /proc/interrupts shows: it has a handler, or it came.</summary>
    public bool IsUsed => Actions.Count > 0 || Counts.Any(count => count is not 0);
}
