// StuckCpus: CPUs that did not schedule for longer than the kernel calls normal.
using VaQuest.Binary;

namespace VaQuest.Kernel.Health;

/// <summary>
/// What the soft lockup watchdog would say (kernel/watchdog.c): each CPU notes in watchdog_touch_ts when its watchdog's job last ran, in units of
/// 2^30 ns since boot, and is stuck when that is more than twice watchdog_thresh seconds ago. Says nothing where the watchdog is off.
/// </summary>
public static class StuckCpus
{
    /// <summary>WATCHDOG_SOFTOCKUP_ENABLED_BIT, SOFT_WATCHDOG_ENABLED_BIT before 6.5.</summary>
    private const ulong SoftWatchdogEnabled = 1 << 1;

    /// <summary>The clock of the time stamps is that of the scheduler, shifted by this.</summary>
    private const int ClockShift = 30;

    /// <summary>watchdog_thresh is at most this (kernel/watchdog.c).</summary>
    private const uint MaxThreshold = 60;

    /// <summary>The CPUs that are stuck; empty also when the kernel does not tell.</summary>
    public static IReadOnlyList<StuckCpu> Read(LinuxKernel kernel)
    {
        var stuck = new List<StuckCpu>();
        if (kernel.Symbols.FindAddress("watchdog_touch_ts") is not { } stamp || kernel.Symbols.FindAddress("watchdog_thresh") is not { } threshold
            || kernel.Symbols.FindAddress("watchdog_enabled") is not { } enabled || !kernel.Reader.TryReadUInt32(threshold, out uint seconds)
            || seconds is 0 or > MaxThreshold || !kernel.Reader.TryReadUInt32(enabled, out uint flags) || (flags & SoftWatchdogEnabled) == 0)
        {
            return stuck;
        }

        ulong now = WaitClock.ReadNow(kernel) >> ClockShift;
        VirtAddr? watched = kernel.Symbols.FindAddress("watchdog_allowed_mask");
        foreach (int cpu in kernel.Cpus.Online)
        {
            bool isWatched = watched is null || (kernel.Reader.TryReadWord(watched.Value + ((ulong)(cpu / 64) * 8), out ulong mask) && (mask >> (cpu % 64) & 1) != 0);
            if (isWatched && kernel.Cpus.FindPerCpu(stamp, cpu) is { } at && kernel.Reader.TryReadWord(at, out ulong ran) && ran > 0 && ran < now && now - ran > 2 * seconds)
            {
                stuck.Add(new StuckCpu(cpu, (long)(now - ran), 2 * seconds));
            }
        }

        return stuck;
    }
}
