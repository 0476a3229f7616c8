// NamespaceUse: the namespaces of one kind that tasks are in.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse;

/// <summary>A namespace that tasks are in, in the order in which they were found: that of process 1 is among the first.</summary>
/// <param name="Address">Of its structure.</param>
/// <param name="Number">Inode number, as in "mnt:[4026531841]".</param>
/// <param name="Tasks">How many tasks are in it.</param>
/// <param name="First">One of them.</param>
internal sealed record NamespaceUse(VirtAddr Address, MemberValue Number, int Tasks, KernelTask First)
{
    /// <summary>The namespaces of the tasks.</summary>
    /// <param name="objects">The kernel's objects.</param>
    /// <param name="tasks">All tasks that count.</param>
    /// <param name="member">Of struct nsproxy: "mnt_ns".</param>
    /// <param name="tag">The namespace's structure: "mnt_namespace".</param>
    public static IReadOnlyList<NamespaceUse> Find(KernelObjects objects, IReadOnlyList<KernelTask> tasks, string member, string tag)
    {
        var found = new List<NamespaceUse>();
        var places = new Dictionary<ulong, int>();
        foreach (KernelTask task in tasks)
        {
            MemberValue space = objects.ReadMember(objects.ReadMember(task.Address, "task_struct", "nsproxy"), "nsproxy", member);
            if (space.Pointer is not { } address)
            {
                continue;
            }

            if (places.TryGetValue(address.Value, out int place))
            {
                found[place] = found[place] with { Tasks = found[place].Tasks + 1 };
            }
            else
            {
                places.Add(address.Value, found.Count);
                found.Add(new NamespaceUse(address, objects.ReadMember(address, tag, "ns.inum"), 1, task));
            }
        }

        return found;
    }
}
