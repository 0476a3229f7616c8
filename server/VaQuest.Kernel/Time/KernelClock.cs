// KernelClock: what time it was for the kernel's timers: jiffies, and the monotonic clock.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Time;

/// <summary>Clocks at the crash; null where they cannot be read.</summary>
/// <param name="Jiffies">jiffies_64, which begins 300 s before its lower half wraps.</param>
/// <param name="TicksPerSecond">HZ.</param>
/// <param name="WordSize">Bytes of the kernel's unsigned long, in which timers expire.</param>
/// <param name="MonotonicNanoseconds">CLOCK_MONOTONIC at the timekeeper's last update: up to a tick before the crash, more on an idle machine.</param>
public sealed record KernelClock(ulong? Jiffies, uint? TicksPerSecond, long? MonotonicNanoseconds, int WordSize = 8)
{
    /// <summary>INITIAL_JIFFIES: -300 * HZ as an unsigned int (include/linux/jiffies.h).</summary>
    private const uint FirstSeconds = 300;

    /// <summary>Seconds since boot by jiffies, or null.</summary>
    public double? UptimeSeconds => Jiffies is { } now && TicksPerSecond is { } hz
        ? unchecked((long)(now - (uint)-(int)(FirstSeconds * hz))) / (double)hz
        : null;

    /// <summary>Seconds from now to a time in jiffies, negative when it has passed; only the lower bits count, as the kernel compares them.</summary>
    public double? SecondsTo(ulong jiffies) =>
        Jiffies is { } now && TicksPerSecond is { } hz
            ? (WordSize == 4 ? unchecked((int)(uint)(jiffies - now)) : unchecked((long)(jiffies - now))) / (double)hz
            : null;

    public static KernelClock Read(LinuxKernel kernel)
    {
        ulong? jiffies = (kernel.Symbols.FindAddress("jiffies_64") ?? kernel.Symbols.FindAddress("jiffies")) is { } at
            && kernel.Reader.TryReadUInt64(at, out ulong now) ? now : null;
        return new KernelClock(jiffies, ReadHz(kernel), ReadMonotonic(kernel), kernel.Reader.WordSize);
    }

    /// <summary>The clock source "jiffies" holds the length of a tick: mult >> shift nanoseconds (kernel/time/jiffies.c).</summary>
    private static uint? ReadHz(LinuxKernel kernel)
    {
        if (kernel.Symbols.FindAddress("clocksource_jiffies") is not { } source
            || kernel.Objects.FindUInt(source, "clocksource", "mult") is not { } mult
            || kernel.Objects.FindUInt(source, "clocksource", "shift") is not (< 32 and { } shift) || mult >> (int)shift == 0)
        {
            return null;
        }

        double hz = 1e9 / (mult / (double)(1UL << (int)shift));
        return hz is > 10 and < 100_000 ? (uint)Math.Round(hz) : null;
    }

    private static long? ReadMonotonic(LinuxKernel kernel)
    {
        // Since 6.17 an array, of which the first is the system's.
        if ((kernel.Symbols.FindAddress("timekeeper_data") ?? kernel.Symbols.FindAddress("tk_core")) is not { } core)
        {
            return null;
        }

        // Before 6.13 tk_core has no type of its own: a sequence counter comes before the timekeeper.
        ulong[] offsets = kernel.Types.FindOffset("tk_data", "timekeeper") is { } known ? [known] : [8, 16, 4, 64];
        foreach (ulong offset in offsets)
        {
            var keeper = new ObjectView(kernel.Objects, core + offset, "timekeeper");
            ulong? start = keeper.UInt("tkr_mono.base");
            ulong? seconds = keeper.UInt("ktime_sec");
            bool isPlausible = start is > 0 && seconds is < 1UL << 33 && Math.Abs((start.Value / 1e9) - seconds.Value) < 3
                && keeper.UInt("xtime_sec") is > 100 and < 1UL << 33;
            if (isPlausible && keeper.UInt("tkr_mono.xtime_nsec") is { } fraction && keeper.UInt("tkr_mono.shift") is < 64 and { } shift)
            {
                return unchecked((long)(start!.Value + (fraction >> (int)shift)));
            }
        }

        return null;
    }
}
