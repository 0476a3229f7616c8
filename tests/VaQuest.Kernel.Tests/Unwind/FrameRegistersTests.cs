// FrameRegistersTests: what is known of registers in outer frames, and where the rest was lost.
using VaQuest.DebugInfo.Frames;
using VaQuest.DebugInfo.Orc;
using VaQuest.Kernel.Unwind;
using Xunit;

namespace VaQuest.Kernel.Tests.Unwind;

public sealed class FrameRegistersTests
{
    private const ulong Sp = FakeCode.StackStart + 0x1000;
    private const int Rax = 0;
    private const int Rbx = 3;
    private const int Rbp = 6;
    private const int Rsp = 7;
    private const int R12 = 12;
    private const int R13 = 13;
    private const int Rip = 16;

    private readonly FakeCode _code = new();

    [Fact]
    public void RecoversCalleeSavedRegistersByTheDebugInformation()
    {
        IReadOnlyList<FrameRegisters> frames = WalkTwoCalls(withCallFrames: true);

        Assert.Equal(0x6001UL, frames[0].Find(Rax));
        Assert.Equal(0x6003UL, frames[0].Find(Rbx));
        Assert.Equal(0xbbbUL, frames[1].Find(Rbx));
        Assert.Equal(0x600cUL, frames[1].Find(R12));
        Assert.Equal(Sp + 16, frames[1].Find(Rsp));
        Assert.Equal(0x2020UL, frames[1].Find(Rip));
        Assert.Equal(Sp + 16, frames[0].Cfa!.Value.Value);
        Assert.Null(frames[1].Find(Rax));
        Assert.Equal(0, frames[1].FindLossFrame(Rax));
        Assert.Null(frames[0].FindLossFrame(Rax));
        Assert.Equal(0xbbbUL, frames[2].Find(Rbx));
        Assert.Null(frames[2].Find(R13));
        Assert.Equal(1, frames[2].FindLossFrame(R13));
        Assert.Null(frames[2].Find(99));
    }

    [Fact]
    public void LosesCalleeSavedRegistersWithoutDebugInformation()
    {
        IReadOnlyList<FrameRegisters> frames = WalkTwoCalls(withCallFrames: false);

        Assert.Equal(0x6003UL, frames[0].Find(Rbx));
        Assert.All(new[] { Rbx, R12, R13 }, register => Assert.Null(frames[1].Find(register)));
        Assert.All(new[] { Rbx, R12, R13 }, register => Assert.Equal(0, frames[2].FindLossFrame(register)));
        Assert.Equal(0x6006UL, frames[2].Find(Rbp));
    }

    [Fact]
    public void FollowsOrcWhereTheDebugInformationDisagrees()
    {
        _code.AddCall("leaf", 0x1000, 16);
        _code.Add("root", 0x2000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.AddCallFrame(0x1000, 24, row => row.SetRule(Rbx, RegisterRule.At(-16)));
        _code.Push(Sp, 0xbbb, 0x2020, 0x2030);

        FrameWalk walk = _code.Walk(Registers(0x1010), FrameProof.Registers, withRegisters: true);

        Assert.Equal(["leaf", "root"], walk.Frames.Select(frame => frame.Function));
        Assert.Null(walk.Registers[1].Find(Rbx));
        Assert.Contains("disagree", Assert.Single(walk.Warnings));
    }

    [Fact]
    public void KeepsWhatWasSavedBeforeAStackSwitch()
    {
        // The compiler's row takes rsp for the frame's, but the code has moved it to another stack; ORC knows.
        ulong irqSp = FakeCode.IrqStart + FakeCode.StackBytes - 0x10;
        _code.Add("switches", 0x1000, FakeCode.Row(OrcRowType.Call, OrcRegister.SpIndirect, 16));
        _code.Add("root", 0x2000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.AddCallFrame(0x1000, 24, row => row.SetRule(Rbx, RegisterRule.At(-16)));
        _code.Push(irqSp, Sp);
        _code.Push(Sp, 0xbbb, 0x2020);
        ulong[] registers = Registers(0x1010);
        registers[19] = irqSp;

        FrameWalk walk = _code.Walk(registers, FrameProof.Registers, withRegisters: true);

        Assert.Equal(["irq", "task"], walk.Frames.Select(frame => frame.Stack));
        Assert.Equal(0xbbbUL, walk.Registers[1].Find(Rbx));
        Assert.Empty(walk.Warnings);
    }

    [Fact]
    public void TakesAllRegistersThatAnEntrySaved()
    {
        _code.Add("asm_exc_page_fault", 0x1000, FakeCode.Row(OrcRowType.Regs));
        _code.Add("root", 0x4000, FakeCode.Row(OrcRowType.EndOfStack));
        ulong[] saved = Registers(0x4010);
        saved[19] = Sp + 0x200;
        saved[10] = 0x7777;
        _code.Push(Sp, saved);

        FrameWalk walk = _code.Walk(Registers(0x1010), FrameProof.Registers, withRegisters: true);

        Assert.Equal(0x7777UL, walk.Registers[1].Find(Rax));
        Assert.Equal(Sp + 0x200, walk.Registers[1].Find(Rsp));
    }

    [Fact]
    public void WalksByTheDebugInformationWhereOrcHasNothing()
    {
        _code.Add("leaf", 0x1000, null);
        _code.AddCallFrame(0x1000, 16, row => row.SetRule(Rbp, RegisterRule.At(-16)));
        _code.Add("root", 0x2000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.Push(Sp, 0x5555, 0x2020);

        FrameWalk walk = _code.Walk(Registers(0x1010), FrameProof.Registers, withRegisters: true);

        Assert.Equal(FrameProof.Cfi, walk.Frames[1].Proof);
        Assert.Equal(0x5555UL, walk.Registers[1].Find(Rbp));
        Assert.True(walk.IsComplete);
    }

    [Fact]
    public void KeepsRegistersThroughCodeThatOrcLeavesOut()
    {
        // As in every panic(): objtool skips __crash_kexec, where the panicking CPU's registers were saved.
        _code.Add("__crash_kexec", 0x1000, FakeCode.Row(OrcRowType.Undefined));
        _code.AddCallFrame(0x1000, 16, row => row.SetRule(Rbx, RegisterRule.At(-16)));
        _code.Add("root", 0x2000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.PutCall(0x2020, 0x1000);
        _code.Push(Sp, 0xbbb, 0x2020);

        FrameWalk walk = _code.Walk(Registers(0x1010), FrameProof.Registers, withRegisters: true);

        Assert.Equal(FrameProof.Cfi, walk.Frames[1].Proof);
        Assert.Equal(0xbbbUL, walk.Registers[1].Find(Rbx));
        Assert.Equal(0x6006UL, walk.Registers[1].Find(Rbp));
        Assert.True(walk.IsComplete);
    }

    [Fact]
    public void DoesNotFollowTheDebugInformationToAWordThatIsNoReturnAddress()
    {
        _code.Add("__crash_kexec", 0x1000, FakeCode.Row(OrcRowType.Undefined));
        _code.AddCallFrame(0x1000, 16, row => row.SetRule(Rbx, RegisterRule.At(-16)));
        _code.Add("stale", 0x2000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.Add("root", 0x3000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.PutCall(0x3030, 0x1000);
        _code.Push(Sp, 0xbbb, 0x2020, 0x3030);

        FrameWalk walk = _code.Walk(Registers(0x1010), FrameProof.Registers, withRegisters: true);

        Assert.Equal(["__crash_kexec", "root"], walk.Frames.Select(frame => frame.Function));
        Assert.Equal(FrameProof.CallSite, walk.Frames[1].Proof);
    }

    private IReadOnlyList<FrameRegisters> WalkTwoCalls(bool withCallFrames)
    {
        _code.AddCall("leaf", 0x1000, 16);
        _code.AddCall("middle", 0x2000, 8);
        _code.Add("root", 0x3000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.Push(Sp, 0xbbb, 0x2020, 0x3030);
        if (withCallFrames)
        {
            _code.AddCallFrame(0x1000, 16, row => row.SetRule(Rbx, RegisterRule.At(-16)));
            _code.AddCallFrame(0x2000, 8, row => row.SetRule(R13, RegisterRule.Undefined));
        }

        return _code.Walk(Registers(0x1010), FrameProof.Registers, withRegisters: true).Registers;
    }

    // Each register holds 0x6000 plus its DWARF number.
    private static ulong[] Registers(ulong ip)
    {
        ulong[] words = FakeCode.PtRegs(ip, Sp, bp: 0x6006);
        (words[10], words[5], words[3], words[2]) = (0x6001, 0x6003, 0x600c, 0x600d);
        return words;
    }
}
