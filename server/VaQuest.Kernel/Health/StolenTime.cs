// StolenTime: how long each CPU of a virtual machine waited for its host.
namespace VaQuest.Kernel.Health;

/// <summary>Steal time of a CPU (kernel_cpustat, include/linux/kernel_stat.h).</summary>
/// <param name="Cpu">Its number.</param>
/// <param name="Seconds">Since boot.</param>
public sealed record StolenTime(int Cpu, double Seconds)
{
    /// <summary>The CPUs whose steal time can be read; without paravirtual clocks it is 0.</summary>
    public static IReadOnlyList<StolenTime> Read(LinuxKernel kernel)
    {
        var times = new List<StolenTime>();
        if (kernel.Symbols.FindAddress("kernel_cpustat") is not { } symbol || kernel.Types.FindOffset("kernel_cpustat", "cpustat") is not { } start
            || kernel.Types.Catalog?.FindEnumerator("CPUTIME_STEAL") is not { } item)
        {
            return times;
        }

        foreach (int cpu in kernel.Cpus.Online)
        {
            if (kernel.Cpus.FindPerCpu(symbol, cpu) is { } at && kernel.Reader.TryReadUInt64(at + start + ((ulong)item * 8), out ulong nanoseconds))
            {
                times.Add(new StolenTime(cpu, nanoseconds / 1e9));
            }
        }

        return times;
    }
}
