// VmCounter: one counter of the memory management, as the kernel keeps it.
namespace VaQuest.Kernel.Mm;

/// <summary>A counter of pages (some count bytes, kibibytes or events: its name tells).</summary>
/// <param name="Name">The enumerator, "NR_FREE_PAGES".</param>
/// <param name="Shared">The shared counter, which /proc/meminfo prints; null when it could not be read.</param>
/// <param name="PerCpu">What the CPUs had not added to it yet; null when it is not known of every CPU.</param>
public sealed record VmCounter(string Name, long? Shared, long? PerCpu)
{
    /// <summary>The exact number; the shared counter alone may be wrong by the CPUs' parts.</summary>
    public long? Exact => unchecked(Shared + PerCpu);
}
