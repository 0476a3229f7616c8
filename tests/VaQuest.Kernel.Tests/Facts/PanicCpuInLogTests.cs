// PanicCpuInLogTests: the CPU that panicked, from the log.
using VaQuest.Kernel.Facts;
using VaQuest.Kernel.Log;
using Xunit;

namespace VaQuest.Kernel.Tests.Facts;

public sealed class PanicCpuInLogTests
{
    [Theory]
    [InlineData("CPU: 3 PID: 7 Comm: sh|Kernel panic - not syncing: x|CPU: 1 PID: 1 Comm: init Not tainted|Call Trace:", 1)]
    [InlineData("BUG: x|CPU: 3 PID: 7 Comm: sh|Kernel panic - not syncing: Fatal exception", 3)]
    [InlineData("Kernel panic - not syncing: x|CPU: 12 UID: 0 PID: 1 Comm: init", 12)]
    public void FindsTheCpuOfThePanicsTrace(string log, int cpu) => Assert.Equal(cpu, Find(log));

    [Theory]
    [InlineData("CPU: 3 PID: 7 Comm: sh|all is well")]
    [InlineData("Kernel panic - not syncing: x")]
    [InlineData("Kernel panic - not syncing: x|CPU: |CPU: 99999999999 PID: 1|CPU: x PID: 1")]
    [InlineData("")]
    public void FindsNothingWithoutAPanicOrItsTrace(string log) => Assert.Null(Find(log));

    private static int? Find(string log) =>
        PanicCpuInLog.Find([.. log.Split('|').Select((line, i) => new LogRecord((ulong)i, 0, 4, 0, line, null))]);
}
