// StackWait: what a sleeping task waits for, as the structures on its stack say.
using VaQuest.Binary;

namespace VaQuest.Kernel.Locks;

/// <summary>A wait that was proved from the kernel's own structures.</summary>
/// <param name="Kind">Of the lock.</param>
/// <param name="Lock">Its address; of bits and pages the word or the page.</param>
/// <param name="Waiter">The waiter's structure.</param>
/// <param name="Mode">"reader", "writer", or the page's flag; null where there is one way to wait.</param>
/// <param name="Proof">How that is known, half a sentence.</param>
public sealed record StackWait(LockKind Kind, VirtAddr Lock, VirtAddr Waiter, string? Mode, string Proof)
{
    /// <summary>Of bits and pages: the number of the bit.</summary>
    public int? Bit { get; init; }
}
