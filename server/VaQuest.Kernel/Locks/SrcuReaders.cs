// SrcuReaders: how many read sections of an SRCU domain are open.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Locks;

/// <summary>
/// struct srcu_struct counts the beginnings and ends of read sections for each CPU, in two slots (kernel/rcu/srcutree.c): a section may end on
/// another CPU than it began on, so that only the sums over all CPUs mean something. Which task reads is recorded nowhere.
/// </summary>
public static class SrcuReaders
{
    private const int Slots = 2;

    /// <summary>Read sections that are open; null when the kernel counts in another way than is known here, or a counter is not in the dump.</summary>
    public static long? Count(LinuxKernel kernel, VirtAddr domain)
    {
        if (kernel.Objects.FindPointer(domain, "srcu_struct", "sda") is not { } data)
        {
            return null;
        }

        ulong sum = 0;
        foreach (int cpu in kernel.Cpus.Possible)
        {
            if (kernel.Cpus.FindPerCpu(data, cpu) is not { } at)
            {
                return null;
            }

            var counters = new ObjectView(kernel.Objects, at, "srcu_data");
            for (ulong slot = 0; slot < Slots; slot++)
            {
                if (counters.Word("srcu_lock_count", slot) is not { } begun || counters.Word("srcu_unlock_count", slot) is not { } ended)
                {
                    return null;
                }

                sum = unchecked(sum + begun - ended);
            }
        }

        return (long)sum is >= 0 and < int.MaxValue ? (long)sum : null;
    }
}
