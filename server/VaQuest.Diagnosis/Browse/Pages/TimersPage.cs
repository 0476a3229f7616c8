// TimersPage: timers that had not fired.
using System.Globalization;
using VaQuest.Kernel.Time;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest timers`: the timer wheel and high-resolution timers.</summary>
internal static class TimersPage
{
    private static readonly Column[] s_columns =
    [
        new("cpu", "CPU", IsRight: true), new("base", "base"), new("expires", "expires", IsRight: true), new("secondsToGo", "in s", IsRight: true),
        new("function", "function"), new("task", "wakes"), new("work", "queues work"), new("address", "address"),
    ];

    public static PageSource Source { get; } = new(
        "timers", "Timers that had not fired, with their functions and how long they had to go.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var reader = new TimerReader(context.Kernel);
        var wheelNotes = new List<string>();
        var highNotes = new List<string>();
        IReadOnlyList<PendingTimer> wheel = reader.ReadWheel(wheelNotes, cancellation);
        IReadOnlyList<PendingTimer> high = reader.ReadHighResolution(highNotes, cancellation);
        KernelClock clock = reader.Clock;
        return new Page("timers", "Timers at the crash", [
            Table.Record("clock", "Clocks", [
                ("jiffies", "jiffies", Cell.Of(clock.Jiffies, "jiffies_64 is not in the dump")),
                ("ticksPerSecond", "ticks per second (HZ)", Cell.Of(clock.TicksPerSecond, "clocksource_jiffies cannot be read")),
                ("uptimeByJiffies", "uptime by jiffies, s", Cell.Of(Seconds(clock.UptimeSeconds), "jiffies or HZ is not known")),
                ("monotonicNanoseconds", "monotonic clock, ns", Cell.Of(clock.MonotonicNanoseconds, "the timekeeper cannot be read")),
            ]),
            new Table("wheel", "Timer wheel", s_columns, [.. wheel.Select(timer => RowOf(context, timer, "struct timer_list"))]) { Notes = wheelNotes },
            new Table("highResolution", "High-resolution timers", s_columns, [.. high.Select(timer => RowOf(context, timer, "struct hrtimer"))]) { Notes = highNotes },
        ]);
    }

    private static IReadOnlyList<Cell> RowOf(PageContext context, PendingTimer timer, string type) =>
    [
        Cell.Of((long)timer.Cpu), Cell.Of(timer.Base), Cell.Of(timer.Expires), Cell.Of(Seconds(timer.SecondsToGo), "the clock is not known"),
        Cells.Symbol(context.Kernel, timer.Function, "no function"),
        timer.Task is { } task ? Cells.Task(context.Kernel, task, "") : Cells.None,
        timer.Work is { } work ? Cells.Symbol(context.Kernel, work, "") : Cells.None,
        Cell.Address(timer.Address, "", type),
    ];

    private static string? Seconds(double? seconds) => seconds?.ToString("0.000", CultureInfo.InvariantCulture);
}
