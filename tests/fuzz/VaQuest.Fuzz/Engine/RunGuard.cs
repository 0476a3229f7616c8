// RunGuard: runs one input and says what was wrong with it.
using System.Diagnostics;
using VaQuest.Binary;

namespace VaQuest.Fuzz.Engine;

/// <summary>Catches what escapes, and measures time and memory. An input that never ends is ended by <see cref="Watchdog"/>.</summary>
internal static class RunGuard
{
    /// <summary>A run that takes longer, by the processor's time, hangs.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(2);

    /// <summary>What is wrong, or null when the input was parsed or refused as it should be.</summary>
    public static string? Run(FuzzEntry entry, byte[] input) => Measure(entry, input).Wrong;

    /// <summary>The same, with what it took.</summary>
    public static RunCost Measure(FuzzEntry entry, byte[] input)
    {
        long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan processorBefore = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        try
        {
            entry.Run(input);
        }
        catch (DumpFormatException)
        {
            // The one exception that input may cause.
        }
        catch (Exception error)
        {
            return Cost($"{error.GetType().Name}: {error.Message} {error.StackTrace?.Split('\n')[0].Trim()}");
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        if (allocated > entry.MaxAllocated)
        {
            return Cost(FormattableString.Invariant($"memory: {allocated} bytes were allocated, more than {entry.MaxAllocated}"));
        }

        // The clock on the wall counts only when the processor was really at work: the machine may have been busy with something else.
        bool isSlow = Stopwatch.GetElapsedTime(start) > MaxTime && Environment.CpuUsage.TotalTime - processorBefore > MaxTime;
        return Cost(isSlow ? FormattableString.Invariant($"time: {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} seconds") : null);

        RunCost Cost(string? wrong) => new(
            wrong, TimeSpan.FromTicks(Math.Min(Stopwatch.GetElapsedTime(start).Ticks, (Environment.CpuUsage.TotalTime - processorBefore).Ticks)),
            GC.GetAllocatedBytesForCurrentThread() - allocatedBefore);
    }
}
