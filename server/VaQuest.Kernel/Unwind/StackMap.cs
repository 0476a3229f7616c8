// StackMap: the stacks that may hold a frame of one walk.
using VaQuest.Binary;

namespace VaQuest.Kernel.Unwind;

/// <summary>Finds the stack of an address. Immutable.</summary>
internal sealed class StackMap(IReadOnlyList<StackRegion> regions)
{
    /// <summary>Guard pages are no larger, and functions with larger frames probe them.</summary>
    private const ulong MaxOverflow = 16384;

    public IReadOnlyList<StackRegion> Regions => regions;

    /// <summary>The task whose stack is among them, or null when it is not known.</summary>
    public VirtAddr? Task { get; init; }

    public StackMap Of(VirtAddr? task) => new(regions) { Task = task };

    public StackRegion? Find(VirtAddr address)
    {
        foreach (StackRegion region in regions)
        {
            if (region.Contains(address))
            {
                return region;
            }
        }

        // The pointer of an empty stack is right behind it, and no other stack begins there.
        foreach (StackRegion region in regions)
        {
            if (region.ContainsPointer(address))
            {
                return region;
            }
        }

        return null;
    }

    /// <summary>The stack that a pointer has run out of: it is below it, where nothing else is. Null when it is far from any.</summary>
    public StackRegion? FindOverflowed(VirtAddr sp)
    {
        foreach (StackRegion region in regions)
        {
            if (region.Name is "task" or "irq" && sp < region.Start && region.Start - sp <= MaxOverflow)
            {
                return region;
            }
        }

        return null;
    }
}
