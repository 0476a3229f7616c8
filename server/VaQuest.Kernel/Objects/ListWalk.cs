// ListWalk: bounded walks over the kernel's circular lists.
using VaQuest.Binary;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Objects;

/// <summary>Walks struct list_head chains (include/linux/list.h).</summary>
public static class ListWalk
{
    private const ulong Poison1 = 0x100;
    private const ulong PoisonMask = 0xfff;

    /// <summary>See <see cref="KernelObjects.ReadList"/>. Also tries the prev links when next links end in damage.</summary>
    public static VirtAddr[] Read(KernelReader reader, VirtAddr head, ulong linkOffset, int limit, out string? damage)
    {
        var seen = new AddressMap();
        var found = new VirtAddr[16];
        int count = 0;
        damage = Walk(reader, head, 0, limit, seen, ref found, ref count);
        if (damage is not null)
        {
            // What is behind the damage is still reachable from the other side.
            int forwards = count;
            string? backwards = Walk(reader, head, (ulong)reader.WordSize, limit - forwards, seen, ref found, ref count);
            Array.Reverse(found, forwards, count - forwards);
            damage = backwards is null ? damage : damage + "; backwards: " + backwards;
        }

        Array.Resize(ref found, count);
        for (int i = 0; i < count; i++)
        {
            found[i] -= linkOffset;
        }

        return found;
    }

    private static string? Walk(
        KernelReader reader, VirtAddr head, ulong direction, int limit, AddressMap seen, ref VirtAddr[] found, ref int count)
    {
        VirtAddr at = head;
        for (int i = 0; i <= limit; i++)
        {
            ReadOutcome outcome = reader.ReadUInt(at + direction, reader.WordSize, out ulong next);
            if (!outcome.IsOk)
            {
                return FormattableString.Invariant($"the list at {head} breaks at {at}: {outcome}");
            }

            if (next == head.Value)
            {
                return null;
            }

            if (next == 0 || (next & ~PoisonMask) is 0 or 0xdead000000000000 || next == Poison1)
            {
                return FormattableString.Invariant($"the list at {head} breaks at {at}: its link is 0x{next:x}");
            }

            if (!seen.TryAdd(next, 0))
            {
                return direction == 0
                    ? FormattableString.Invariant($"the list at {head} runs in a circle at 0x{next:x}")
                    : null;
            }

            at = new VirtAddr(next);
            if (count == found.Length)
            {
                Array.Resize(ref found, count * 2);
            }

            found[count++] = at;
        }

        return FormattableString.Invariant($"the list at {head} has more than {limit} entries");
    }
}
