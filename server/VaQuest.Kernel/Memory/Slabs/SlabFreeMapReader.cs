// SlabFreeMapReader: collects the free objects of a slab from all lists that may hold them.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Slabs;

internal static class SlabFreeMapReader
{
    public static SlabFreeMap Read(KernelReader reader, Slab slab, CpuFreeLists cpus)
    {
        string?[] proofs = new string?[slab.ObjectCount];
        bool[] waiting = new bool[slab.ObjectCount];
        var damage = new List<string>(cpus.Damage);
        string? owner = null;
        void Add(VirtAddr? head, string proof)
        {
            if (head is not { } first)
            {
                return;
            }

            FreeList list = FreeListWalk.Walk(reader, slab, first);
            foreach (int index in list.Indexes)
            {
                proofs[index] ??= proof;
            }

            if (list.Damage is { } stop)
            {
                damage.Add(stop);
            }
        }

        Add(slab.FreeList, "on its slab's free list");
        foreach ((int cpu, VirtAddr? active, VirtAddr? head) in cpus.Active)
        {
            // A CPU that was switching slabs may have a list without the slab.
            bool isOwner = active == slab.Descriptor || (active is null && head is { } first && slab.IndexOf(first) >= 0);
            if (isOwner)
            {
                owner = FormattableString.Invariant($"the slab that CPU {cpu} allocates from");
                Add(head, FormattableString.Invariant($"on the free list of CPU {cpu}"));
            }
        }

        for (int i = 0; cpus.SheafObjects > 0 && i < proofs.Length; i++)
        {
            if (cpus.FindInSheaf(slab.ObjectAt(i)) is { } place)
            {
                proofs[i] ??= place.Text;
                waiting[i] = place.IsWaiting;
            }
        }

        return new SlabFreeMap(slab.Descriptor, proofs, waiting, owner, damage);
    }
}
