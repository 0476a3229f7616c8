// X86StackWalkHostileTests: stacks that were made to keep a walk busy or lead it astray.
using VaQuest.DebugInfo.Orc;
using VaQuest.Kernel.Arch.X86_64;
using VaQuest.Kernel.Unwind;
using Xunit;

namespace VaQuest.Kernel.Tests.Unwind;

public sealed class X86StackWalkHostileTests
{
    private const ulong Sp = FakeCode.StackStart + 0x1000;

    private readonly FakeCode _code = new();

    [Fact]
    public void StopsWhenTheStackPointerDoesNotRise()
    {
        _code.Add("loop", 0x1000, FakeCode.Row(OrcRowType.Call, OrcRegister.Sp, 0));
        _code.Push(Sp - 8, 0x1010);

        FrameWalk walk = _code.Walk(0x1010, Sp);

        Assert.False(walk.IsComplete);
        Assert.Contains("does not rise", walk.EndReason);
        Assert.InRange(walk.Frames.Count, 1, 2);
    }

    [Fact]
    public void StopsAtTheLargestNumberOfFrames()
    {
        _code.AddCall("recursion", 0x1000, 8);
        _code.Push(FakeCode.StackStart, [.. Enumerable.Repeat(0x1010UL, 2000)]);

        FrameWalk walk = _code.Walk(0x1010, FakeCode.StackStart);

        Assert.Equal(X86StackWalk.MaxFrames, walk.Frames.Count);
        Assert.Contains("frames", walk.EndReason);
    }

    [Fact]
    public void StopsAtAReturnAddressOutsideCode()
    {
        _code.AddCall("leaf", 0x1000, 8);
        _code.Push(Sp, 0x4141414141414141);

        FrameWalk walk = _code.Walk(0x1010, Sp);

        Assert.Single(walk.Frames);
        Assert.Contains("0x4141414141414141", walk.EndReason);
    }

    [Fact]
    public void StopsAtAMissingPage()
    {
        _code.AddCall("leaf", 0x1000, 8);

        FrameWalk walk = _code.Walk(0x1010, Sp);

        Assert.Single(walk.Frames);
        Assert.Contains("not in the dump", walk.EndReason);
    }

    [Fact]
    public void StopsWhenStacksPointAtEachOther()
    {
        _code.Add("ping", 0x1000, FakeCode.Row(OrcRowType.Call, OrcRegister.SpIndirect, 8));
        _code.Push(Sp, FakeCode.IrqStart, 0x1010);
        _code.Push(FakeCode.IrqStart, 0x1010, 0x1010);
        _code.Push(FakeCode.IrqStart - 8, 0);
        _code.Push(Sp, FakeCode.IrqStart + 0x100);
        _code.Push(FakeCode.IrqStart + 0x100, 0x1010, 0);
        _code.Push(FakeCode.IrqStart + 0x108, Sp - 8);
        _code.Push(Sp - 8, 0x1010);

        FrameWalk walk = _code.Walk(0x1010, Sp);

        Assert.False(walk.IsComplete);
        Assert.InRange(walk.Frames.Count, 1, 20);
    }

    [Theory]
    [InlineData(OrcRegister.R10)]
    [InlineData(OrcRegister.R13)]
    public void StopsWhenARowNeedsARegisterThatIsLost(OrcRegister register)
    {
        _code.AddCall("leaf", 0x1000, 8);
        _code.Add("aligned", 0x2000, FakeCode.Row(OrcRowType.Call, register));
        _code.Push(Sp, 0x2020);

        FrameWalk walk = _code.Walk(0x1010, Sp);

        Assert.Equal(2, walk.Frames.Count);
        Assert.Contains("not known in this frame", walk.EndReason);
    }

    [Fact]
    public void StopsAtADamagedRow()
    {
        _code.Add("odd", 0x1000, FakeCode.Row(OrcRowType.Call, OrcRegister.Invalid));

        Assert.Contains("damaged", _code.Walk(0x1010, Sp).EndReason);
    }

    [Fact]
    public void SaysSoWhenNothingLeadsFromAWildJump()
    {
        _code.Push(Sp, [.. Enumerable.Repeat(0x1234UL, 400)]);

        FrameWalk walk = _code.Walk(0xdead_beef, Sp);

        Assert.Single(walk.Frames);
        Assert.Contains("no return address", walk.EndReason);
    }

    [Fact]
    public void DoesNotTrustALostFramePointer()
    {
        // The caller found by its call site needs rbp, which code without rows may have changed.
        _code.Add("__crash_kexec", 0x1000, FakeCode.Row(OrcRowType.Undefined));
        _code.Add("panic", 0x3000, FakeCode.Row(OrcRowType.Call, OrcRegister.Bp, 16));
        _code.Add("elsewhere", 0x4000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.PutCall(0x3030, 0x1000);
        _code.Push(Sp, 0x3030);
        _code.Push(Sp + 0x80, 0, 0x4010);

        FrameWalk walk = _code.Walk(0x1010, Sp, Sp + 0x80);

        Assert.Equal(["__crash_kexec", "panic"], walk.Frames.Select(frame => frame.Function));
        Assert.Contains("rbp was lost", walk.EndReason);
    }

    [Fact]
    public void BoundsTheSearchesForWhereADamagedStackGoesOn()
    {
        // Each caller that is found returns to nowhere again.
        _code.AddCall("again", 0x1000, 8);
        _code.PutCall(0x1020, 0x5555);
        for (ulong at = FakeCode.StackStart; at < FakeCode.StackStart + FakeCode.StackBytes; at += 16)
        {
            _code.Push(at, 0x4141414141414141, 0x1020);
        }

        FrameWalk walk = _code.Walk(0x1010, FakeCode.StackStart);

        Assert.False(walk.IsComplete);
        Assert.InRange(walk.Frames.Count, 1, X86StackWalk.MaxFrames);
        Assert.InRange(walk.Warnings.Count, 1, 20);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-8)]
    public void StopsWhenCallFramesLeadInACircle(int cfa)
    {
        _code.Add("loop", 0x1000, null);
        _code.AddCallFrame(0x1000, cfa, _ => { });
        _code.Push(Sp - 24, 0x1010, 0x1010, 0x1010, 0x1010);

        FrameWalk walk = _code.Walk(FakeCode.PtRegs(0x1010, Sp), FrameProof.Registers, withRegisters: true);

        Assert.False(walk.IsComplete);
        Assert.Contains("does not rise", walk.EndReason);
        Assert.InRange(walk.Frames.Count, 1, 2);
    }

    [Fact]
    public void StopsWhenFramePointersLeadInACircle()
    {
        _code.Add("loop", 0x1000, null);
        _code.Push(Sp + 0x40, Sp + 0x40, 0x1010);

        FrameWalk walk = _code.Walk(0x1010, Sp, Sp + 0x40);

        Assert.False(walk.IsComplete);
        Assert.InRange(walk.Frames.Count, 1, 3);
    }
}
