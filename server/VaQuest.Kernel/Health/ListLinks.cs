// ListLinks: checks that the neighbours of a list entry point back to it.
using VaQuest.Binary;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Health;

/// <summary>
/// The check of lib/list_debug.c, applied to memory at rest. An entry counts as broken only when one of its neighbours points back and the
/// other does not: then it is a list, and it is damaged. Entries that were never linked, are empty, or were deleted (their links are
/// poisoned) are sound; where neither neighbour points back nothing is said, because the memory may be no list entry at all.
/// </summary>
public static class ListLinks
{
    /// <summary>LIST_POISON1 and LIST_POISON2 without POISON_POINTER_DELTA (include/linux/poison.h), and other small numbers.</summary>
    private const ulong SmallNumbers = 0x1000;

    /// <summary>CONFIG_ILLEGAL_POINTER_VALUE of 64-bit machines.</summary>
    private const ulong PoisonDelta = 0xdead_0000_0000_0000;

    /// <summary>The damage at one list_head, or null when there is none to be sure of.</summary>
    public static BrokenLink? Check(KernelReader reader, VirtAddr entry)
    {
        ulong word = (ulong)reader.WordSize;
        if (!reader.TryReadPointer(entry, out VirtAddr next) || !reader.TryReadPointer(entry + word, out VirtAddr previous)
            || IsUnused(next) || IsUnused(previous) || next == previous)
        {
            return null;
        }

        // A neighbour's page may only be excluded from the dump: that is no damage. An address that nothing maps is.
        ReadOutcome nextOutcome = reader.ReadUInt(next + word, reader.WordSize, out ulong nextBack);
        ReadOutcome previousOutcome = reader.ReadUInt(previous, reader.WordSize, out ulong previousBack);
        bool isNextSound = nextOutcome.IsOk && nextBack == entry.Value;
        bool isPreviousSound = previousOutcome.IsOk && previousBack == entry.Value;
        return (isNextSound, isPreviousSound) switch
        {
            (false, true) when IsKnown(nextOutcome) => new BrokenLink(entry, true, next, nextOutcome.IsOk ? new VirtAddr(nextBack) : null),
            (true, false) when IsKnown(previousOutcome) => new BrokenLink(entry, false, previous, previousOutcome.IsOk ? new VirtAddr(previousBack) : null),
            _ => null,
        };
    }

    private static bool IsKnown(ReadOutcome outcome) => outcome.IsOk || outcome.Status == ReadStatus.Unmapped;

    private static bool IsUnused(VirtAddr link) => link.Value < SmallNumbers || unchecked(link.Value - PoisonDelta) < SmallNumbers;
}
