// StackRegion: one of the stacks that a CPU may be running on.
using VaQuest.Binary;

namespace VaQuest.Kernel.Unwind;

/// <summary>A stack's memory.</summary>
/// <param name="Name">task, irq, nmi, double-fault, entry, … for messages.</param>
/// <param name="Start">Lowest address.</param>
/// <param name="Size">Bytes.</param>
public sealed record StackRegion(string Name, VirtAddr Start, ulong Size)
{
    public bool Contains(VirtAddr address) => address - Start < Size;

    /// <summary>True for the address right behind the stack too: an empty stack's pointer stands there.</summary>
    public bool ContainsPointer(VirtAddr address) => address - Start <= Size;
}
