// KnownObjects: objects of general slab caches that tasks and the kernel's own lists point at.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.WhatIs.Objects;

/// <summary>
/// The name of a merged cache, or of kmalloc's, does not tell a type; a pointer of a known object does. Read when first asked; safe for concurrent use.
/// </summary>
internal sealed class KnownObjects
{
    /// <summary>Tasks whose pointers are followed: reading them all at once must stay below what a hover may take.</summary>
    private const int MaxTasks = 4096;

    private const int MaxListed = 16_384;

    private static readonly (string Member, string Tag)[] s_ofTasks =
    [
        ("signal", "signal_struct"), ("sighand", "sighand_struct"), ("cred", "cred"), ("real_cred", "cred"), ("files", "files_struct"), ("fs", "fs_struct"),
        ("nsproxy", "nsproxy"), ("mm", "mm_struct"), ("thread_pid", "pid"), ("io_context", "io_context"),
    ];

    private readonly LinuxKernel _kernel;
    private readonly Lazy<KnownObject[]> _objects;

    public KnownObjects(LinuxKernel kernel)
    {
        _kernel = kernel;
        _objects = new Lazy<KnownObject[]>(Collect);
    }

    private KernelObjects Objects => _kernel.Objects;

    /// <summary>The known object that holds an address, or null.</summary>
    public KnownObject? Find(VirtAddr address)
    {
        KnownObject[] objects = _objects.Value;
        int low = 0;
        int high = objects.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (objects[middle].Start <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > 0 && objects[low - 1].Contains(address) ? objects[low - 1] : null;
    }

    private KnownObject[] Collect()
    {
        var found = new Dictionary<ulong, KnownObject>();
        AddTaskObjects(found);
        AddList(found, "super_blocks", "super_block", "s_list", "on the list of super blocks");
        foreach (VirtAddr net in ReadList(_kernel.Symbols.FindAddress("net_namespace_list"), "net", "list"))
        {
            foreach (VirtAddr device in ReadList(Objects.FindAddress(net, "net", "dev_base_head"), "net_device", "dev_list"))
            {
                Add(found, device, "net_device", "on the list of network devices");
            }
        }

        KnownObject[] sorted = [.. found.Values];
        Array.Sort(sorted, (left, right) => left.Start.CompareTo(right.Start));
        return sorted;
    }

    private void AddTaskObjects(Dictionary<ulong, KnownObject> found)
    {
        foreach (KernelTask task in _kernel.Tasks.All.Take(MaxTasks))
        {
            foreach ((string member, string tag) in s_ofTasks)
            {
                if (Objects.FindPointer(task.Address, "task_struct", member) is { } at)
                {
                    Add(found, at, tag, FormattableString.Invariant($"{member} of PID {task.Pid} {DumpText.Escape(task.Comm)}"));
                }
            }
        }
    }

    private void AddList(Dictionary<ulong, KnownObject> found, string symbol, string tag, string member, string how)
    {
        foreach (VirtAddr at in ReadList(_kernel.Symbols.FindAddress(symbol), tag, member))
        {
            Add(found, at, tag, how);
        }
    }

    private VirtAddr[] ReadList(VirtAddr? head, string tag, string member) =>
        head is { } list && _kernel.Types.FindOffset(tag, member) is { } link ? Objects.ReadList(list, link, MaxListed, out _) : [];

    private void Add(Dictionary<ulong, KnownObject> found, VirtAddr at, string tag, string how)
    {
        if (!found.ContainsKey(at.Value) && _kernel.Types.Catalog?.FindStruct(tag) is StructType type)
        {
            found[at.Value] = new KnownObject(at, type, how);
        }
    }
}
