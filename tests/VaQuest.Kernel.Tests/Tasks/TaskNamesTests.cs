// TaskNamesTests: flags, signals and capabilities by name, against their headers by hand.
using VaQuest.Kernel.Tasks;
using Xunit;

namespace VaQuest.Kernel.Tests.Tasks;

public sealed class TaskNamesTests
{
    [Fact]
    public void NamesSignalsUpToTheLast()
    {
        Assert.Equal(("SIGHUP", "SIGKILL", "SIGSYS", "SIGRT0", "SIGRT32"),
            (SignalNames.NameOf(1), SignalNames.NameOf(9), SignalNames.NameOf(31), SignalNames.NameOf(32), SignalNames.NameOf(64)));
        Assert.Equal(["SIGHUP", "SIGRT32"], SignalNames.NamesOf(0x8000000000000001));
    }

    [Fact]
    public void NamesCapabilities()
    {
        Assert.Equal(["none"], CapabilityNames.NamesOf(0));
        Assert.Equal(["all"], CapabilityNames.NamesOf(0x1ffffffffff));
        Assert.Equal(["CAP_SYS_ADMIN", "CAP_CHECKPOINT_RESTORE"], CapabilityNames.NamesOf((1UL << 21) | (1UL << 40)));
        Assert.Equal(["CAP_CHOWN", "0x20000000000"], CapabilityNames.NamesOf(1 | (1UL << 41)));
    }

    [Fact]
    public void LeavesFlagsWithSeveralMeaningsAsNumbers() =>
        Assert.Equal(["PF_EXITING", "PF_KTHREAD", "0x40000000"], TaskFlags.NamesOf(0x40200004));
}
