// ReportBuilderTests: what is concluded from a crash, and what is not.
using VaQuest.Diagnosis.Reports;
using VaQuest.Kernel.Unwind;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Reports;

public sealed class ReportBuilderTests
{
    [Fact]
    public void NamesTheInlinedFunctionOfTheFaultingInstruction()
    {
        PanicFacts panic = ReportBuilder.Build(FakeCrash.Material()).Panic;
        Assert.Equal("slot_of", panic.Function.Value);
        Assert.Equal("/src/widget/widget.h", panic.File.Value);
        Assert.Equal(9, panic.Line.Value);
        Assert.Equal("widget", panic.Module);
        Assert.Equal(2, panic.CulpritIndex);
        Assert.Equal(0xffffffffc020101cUL, panic.Pc.Value.Value);
        Assert.Equal(0x18UL, panic.FaultAddress.Value.Value);
    }

    [Fact]
    public void ExplainsInSentences()
    {
        IReadOnlyList<string> sentences = ReportBuilder.Build(FakeCrash.Material()).Panic.Explanation;
        Assert.Equal(
            [
                "The kernel used a NULL pointer: it tried to write to 0x18 in slot_of (/src/widget/widget.h:9, module widget).",
                "The address lies 24 bytes above 0, as when a member at that offset is reached through a NULL pointer.",
                "It happened on CPU 1 in task sh, PID 77, in a system call.",
            ],
            sentences);
    }

    [Fact]
    public void SignsEqualCrashesEquallyWithoutDebugInformation()
    {
        CrashMaterial material = FakeCrash.Material();
        StackTrace stack = material.Stacks[0];
        StackTrace plain = stack with
        {
            Frames = [.. stack.Frames.Where(f => f.Kind != FrameKind.Inlined).Select((f, i) => f with
            {
                Index = i, Source = null, Pc = f.Pc + 0x1000000, Function = f.Function == "vfs_write" ? "vfs_write.isra.0" : f.Function,
            })],
        };
        string full = ReportBuilder.Build(material).Signature;
        Assert.Equal("null-pointer-dereference: widget:widget_store < vfs_write < do_syscall_64", full);
        Assert.Equal(full, ReportBuilder.Build(material with { Stacks = [plain] }).Signature);
    }

    [Fact]
    public void SkipsThePanicsOwnFrames()
    {
        CrashMaterial material = FakeCrash.Material() with
        {
            Log = [FakeCrash.Record(1, 1, "sysrq: Trigger a crash"), FakeCrash.Record(2, 1, "Kernel panic - not syncing: sysrq triggered crash")],
            Stacks =
            [
                FakeCrash.PanicStack() with
                {
                    Frames =
                    [
                        FakeCrash.Frame(0, "machine_kexec", 0xffffffff9d000010, FrameProof.Registers),
                        FakeCrash.Frame(1, "__crash_kexec", 0xffffffff9d000020, FrameProof.Orc),
                        FakeCrash.Frame(2, "panic", 0xffffffff9d000030, FrameProof.Orc),
                        FakeCrash.Frame(3, "sysrq_handle_crash", 0xffffffff9d000040, FrameProof.Orc),
                    ],
                },
            ],
        };
        PanicFacts panic = ReportBuilder.Build(material).Panic;
        Assert.Equal((PanicKind.Sysrq, "sysrq_handle_crash"), (panic.Kind, panic.Function.Value));
        Assert.Equal("no debug information for vmlinux", ReportBuilder.Build(material with { Kernel = material.Kernel with { DebugInfo = [] } }).Panic.File.Reason);
    }

    [Fact]
    public void TakesTheCallerOfAJumpToNull()
    {
        CrashMaterial material = FakeCrash.Material() with
        {
            Log =
            [
                FakeCrash.Record(1, 1, "BUG: kernel NULL pointer dereference, address: 0000000000000000"),
                FakeCrash.Record(2, 1, "#PF: supervisor instruction fetch in kernel mode"),
            ],
            Stacks =
            [
                FakeCrash.PanicStack() with
                {
                    Frames =
                    [
                        FakeCrash.Frame(0, null, 0, FrameProof.Registers),
                        FakeCrash.Frame(1, "codec_run", 0xffffffffc0201020, FrameProof.Scan) with { IsReturnAddress = true },
                    ],
                },
            ],
        };
        PanicFacts panic = ReportBuilder.Build(material).Panic;
        Assert.Equal("codec_run", panic.Function.Value);
        Assert.Equal(0UL, panic.Pc.Value.Value);
        Assert.Contains(panic.Explanation, sentence => sentence.Contains("codec_run, which may have made the call", StringComparison.Ordinal));
    }

    [Fact]
    public void BlamesWhatTheWatchdogInterrupted()
    {
        CrashMaterial material = FakeCrash.Material() with
        {
            Log = [FakeCrash.Record(1, 30, "watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [sh:77]"), FakeCrash.Record(2, 30, "Kernel panic - not syncing: softlockup: hung tasks")],
            Stacks =
            [
                FakeCrash.PanicStack() with
                {
                    Frames =
                    [
                        FakeCrash.Frame(0, "panic", 0xffffffff9d000030, FrameProof.Orc),
                        FakeCrash.Frame(1, "hrtimer_interrupt", 0xffffffff9d000040, FrameProof.Orc),
                        FakeCrash.Frame(2, "asm_sysvec_apic_timer_interrupt", 0xffffffff9d000050, FrameProof.Orc) with { Kind = FrameKind.Interrupt },
                        FakeCrash.Frame(3, "spin_forever", 0xffffffff9d000060, FrameProof.SavedRegisters),
                    ],
                },
            ],
        };
        PanicFacts panic = ReportBuilder.Build(material).Panic;
        Assert.Equal((PanicKind.SoftLockup, "spin_forever"), (panic.Kind, panic.Function.Value));
    }

    [Fact]
    public void SaysWhyThereIsNoCulpritAndNoMessage()
    {
        CrashReport report = ReportBuilder.Build(FakeCrash.Material() with { Stacks = [], Log = [] });
        Assert.Equal("the stack of the CPU that crashed could not be found", report.Panic.Function.Reason);
        Assert.Equal("the kernel log could not be read", report.Panic.Message.Reason);
        Assert.Equal("unknown", report.Signature);
        Assert.Contains(report.Findings, finding => finding.Rule == "no-panic-stack");
    }

    [Fact]
    public void FindsTheTaintingModuleInTheStack()
    {
        Finding finding = Assert.Single(ReportBuilder.Build(FakeCrash.Material()).Findings, f => f.Rule == "tainted-module-in-stack");
        Assert.Contains("widget: out-of-tree", finding.Evidence[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void TellsOfTroubleBeforeTheCrash()
    {
        CrashMaterial material = FakeCrash.Material();
        material = material with { Log = [FakeCrash.Record(0, 2, "WARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2"), .. material.Log] };
        Finding finding = Assert.Single(ReportBuilder.Build(material).Findings, f => f.Rule == "earlier-trouble");
        Assert.Contains("10.0 s before the crash", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void EscapesWhatTheDumpSays()
    {
        CrashMaterial material = FakeCrash.Material() with { Log = [FakeCrash.Record(1, 1, "Kernel panic - not syncing: \u001b[31mred\u202e")] };
        string text = VaQuest.Diagnosis.Text.ReportRenderer.Render(ReportBuilder.Build(material)).Text;
        Assert.Contains("\\x1b[31mred\\u202e", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u202e', text);
    }
}
