// StackIndex: from an address to the stack that holds it.
using VaQuest.Binary;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.Unwind;

/// <summary>All stacks of tasks and CPUs, sorted. Made when it is first asked; safe for concurrent callers.</summary>
public sealed class StackIndex
{
    /// <summary>THREAD_SIZE where the types do not tell.</summary>
    private const long DefaultStackBytes = 16 * 1024;

    private readonly LinuxKernel _kernel;
    private readonly Lazy<StackPlace[]> _places;

    internal StackIndex(LinuxKernel kernel)
    {
        _kernel = kernel;
        StackBytes = (ulong)(kernel.Types.FindSize("thread_union") is { } size and > 0 ? size : DefaultStackBytes);
        _places = new Lazy<StackPlace[]>(Collect);
    }

    /// <summary>Size of the stacks of tasks.</summary>
    public ulong StackBytes { get; }

    /// <summary>The stack that holds an address, or null.</summary>
    public StackPlace? Find(VirtAddr address) => Below(address) is { } place && place.Region.Contains(address) ? place : null;

    /// <summary>The stack of a task or CPU that begins a page or less behind an address: what lies there is its guard. Null when none does.</summary>
    public StackPlace? FindAbove(VirtAddr address, ulong distance) =>
        Below(address + distance) is { } place && place.Region.Start > address ? place : null;

    private StackPlace? Below(VirtAddr address)
    {
        StackPlace[] places = _places.Value;
        int low = 0;
        int high = places.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (places[middle].Region.Start <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > 0 ? places[low - 1] : null;
    }

    private StackPlace[] Collect()
    {
        var places = new List<StackPlace>();
        foreach (KernelTask task in _kernel.Tasks.All)
        {
            if (task.Stack is { } stack)
            {
                places.Add(new StackPlace(new StackRegion("task", stack, StackBytes), task, null));
            }
        }

        foreach (int cpu in _kernel.Cpus.Possible)
        {
            foreach (StackRegion region in _kernel.Stacks.FindCpuStacks(cpu))
            {
                places.Add(new StackPlace(region, null, cpu));
            }
        }

        places.Sort((left, right) => left.Region.Start.CompareTo(right.Region.Start));
        return [.. places];
    }
}
