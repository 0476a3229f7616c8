// X86StackWalkTests: walks over stacks made by hand.
using VaQuest.DebugInfo.Orc;
using VaQuest.Kernel.Unwind;
using Xunit;

namespace VaQuest.Kernel.Tests.Unwind;

public sealed class X86StackWalkTests
{
    private const ulong Sp = FakeCode.StackStart + 0x1000;

    private readonly FakeCode _code = new();

    [Fact]
    public void UnwindsCallsToTheEndOfTheStack()
    {
        _code.AddCall("leaf.isra.0", 0x1000, 16);
        _code.AddCall("middle", 0x2000, 8);
        _code.Add("root", 0x3000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.Push(Sp, 0xbad, 0x2020, 0x3030);

        FrameWalk walk = _code.Walk(0x1010, Sp);

        Assert.Equal([0x1010UL, 0x2020UL, 0x3030UL], walk.Frames.Select(frame => frame.Pc.Value));
        Assert.Equal(["leaf", "middle", "root"], walk.Frames.Select(frame => frame.Function));
        Assert.Equal([FrameProof.Registers, FrameProof.Orc, FrameProof.Orc], walk.Frames.Select(frame => frame.Proof));
        Assert.Equal("leaf.isra.0", walk.Frames[0].Symbol);
        Assert.Equal(0x20UL, walk.Frames[1].Offset);
        Assert.Equal([false, true, true], walk.Frames.Select(frame => frame.IsReturnAddress));
        Assert.True(walk.IsComplete);
    }

    [Fact]
    public void LooksReturnAddressesUpOneByteBack()
    {
        // The call is the last instruction of "caller"; its return address is already the next function's start.
        _code.AddCall("leaf", 0x1000, 8);
        _code.AddCall("caller", 0x2000, 8);
        _code.Add("next", 0x2100, FakeCode.Row(OrcRowType.EndOfStack));
        _code.Add("root", 0x3000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.Push(Sp, 0x2100, 0x3030);

        FrameWalk walk = _code.Walk(0x1000, Sp);

        Assert.Equal(["leaf", "caller", "root"], walk.Frames.Select(frame => frame.Function));
        Assert.Equal(0x100UL, walk.Frames[1].Offset);
    }

    [Fact]
    public void UnwindsThroughAnExceptionByItsSavedRegisters()
    {
        _code.AddCall("handler", 0x1000, 8);
        _code.Add("asm_exc_page_fault", 0x2000, FakeCode.Row(OrcRowType.Regs));
        _code.AddCall("faulting", 0x3000, 8);
        _code.Add("root", 0x4000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.Push(Sp, 0x2020);
        _code.Push(Sp + 8, FakeCode.PtRegs(0x3000, Sp + 0x200, bp: 0x77));
        _code.Push(Sp + 0x200, 0x4010);

        FrameWalk walk = _code.Walk(0x1010, Sp);

        Assert.Equal(["handler", "asm_exc_page_fault", "faulting", "root"], walk.Frames.Select(frame => frame.Function));
        Assert.Equal(FrameKind.Exception, walk.Frames[1].Kind);
        Assert.Equal(FrameProof.SavedRegisters, walk.Frames[2].Proof);
        Assert.False(walk.Frames[2].IsReturnAddress);
        Assert.Contains(walk.Frames[2].Registers!, register => register is { Key: "rbp", Value: 0x77 });
        Assert.Null(walk.Frames[1].Registers);
    }

    [Fact]
    public void EndsInUserMode()
    {
        _code.AddCall("do_syscall_64", 0x1000, 8);
        _code.Add("entry_SYSCALL_64_after_hwframe", 0x2000, FakeCode.Row(OrcRowType.Regs));
        _code.Push(Sp, 0x2020);
        _code.Push(Sp + 8, FakeCode.PtRegs(0x47b7a0, 0x7ffc00000000, cs: 0x33));

        FrameWalk walk = _code.Walk(0x1010, Sp);

        Assert.Equal([FrameKind.Normal, FrameKind.Normal, FrameKind.User], walk.Frames.Select(frame => frame.Kind));
        Assert.Equal(0x47b7a0UL, walk.Frames[2].Pc.Value);
        Assert.Equal("user mode", walk.EndReason);
        Assert.True(walk.IsComplete);
    }

    [Fact]
    public void UnwindsThroughTheHardwaresPartOfTheRegisters()
    {
        _code.Add("error_entry", 0x1000, FakeCode.Row(OrcRowType.RegsPartial, OrcRegister.Sp, 8));
        _code.Add("root", 0x4000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.Push(Sp, 0xbad, 0x4010, 0x10, 0x246, Sp + 0x100, 0x18);

        FrameWalk walk = _code.Walk(0x1010, Sp);

        Assert.Equal([0x1010UL, 0x4010UL], walk.Frames.Select(frame => frame.Pc.Value));
        Assert.DoesNotContain(walk.Frames[1].Registers!, register => register.Key == "rax");
    }

    [Fact]
    public void UnwindsThroughIrqStackSwitch()
    {
        ulong irqSp = FakeCode.IrqStart + FakeCode.StackBytes - 0x10;
        _code.AddCall("timer", 0x1000, 8);
        _code.Add("sysvec_apic_timer_interrupt", 0x2000, FakeCode.Row(OrcRowType.Call, OrcRegister.SpIndirect, 16));
        _code.Add("asm_sysvec_apic_timer_interrupt", 0x3000, FakeCode.Row(OrcRowType.Regs));
        _code.Add("busy", 0x4000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.Push(irqSp, 0x2020, Sp);
        _code.Push(Sp + 8, 0x3030);
        _code.Push(Sp + 16, FakeCode.PtRegs(0x4044, Sp + 0x200));

        FrameWalk walk = _code.Walk(0x1010, irqSp);

        Assert.Equal(["timer", "sysvec_apic_timer_interrupt", "asm_sysvec_apic_timer_interrupt", "busy"], walk.Frames.Select(frame => frame.Function));
        Assert.Equal(FrameKind.Interrupt, walk.Frames[2].Kind);
        Assert.Empty(walk.Warnings);
    }

    [Fact]
    public void FollowsTheFramePointer()
    {
        _code.Add("framed", 0x1000, FakeCode.Row(OrcRowType.Call, OrcRegister.Bp, 16, OrcRegister.PreviousSp, -16));
        _code.Add("outer", 0x2000, FakeCode.Row(OrcRowType.Call, OrcRegister.Bp, 16, OrcRegister.PreviousSp, -16));
        _code.Add("root", 0x3000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.Push(Sp + 0x40, Sp + 0x80, 0x2020);
        _code.Push(Sp + 0x80, 0, 0x3030);

        Assert.Equal(["framed", "outer", "root"], _code.Walk(0x1010, Sp, Sp + 0x40).Frames.Select(frame => frame.Function));
    }

    [Fact]
    public void FindsTheCallerOfACallToNull()
    {
        _code.AddCall("caller", 0x2000, 8);
        _code.Add("root", 0x3000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.PutCall(0x2020, 0x9999);
        _code.Push(Sp, 0x2020, 0x3030);

        FrameWalk walk = _code.Walk(0, Sp);

        Assert.Equal([0UL, 0x2020UL, 0x3030UL], walk.Frames.Select(frame => frame.Pc.Value));
        Assert.Equal([FrameProof.Registers, FrameProof.Scan, FrameProof.Orc], walk.Frames.Select(frame => frame.Proof));
        Assert.Contains("top of the stack", Assert.Single(walk.Warnings));
    }

    [Fact]
    public void ProvesTheCallerOfCodeWithoutRowsByItsCallSite()
    {
        _code.Add("__crash_kexec", 0x1000, FakeCode.Row(OrcRowType.Undefined));
        _code.Add("stale", 0x2000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.Add("panic", 0x3000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.PutCall(0x2020, 0x5555);
        _code.PutCall(0x3030, 0x1000);
        _code.Push(Sp, 0x2020, 0xbad, 0x3030);

        FrameWalk walk = _code.Walk(0x1010, Sp);

        Assert.Equal(["__crash_kexec", "panic"], walk.Frames.Select(frame => frame.Function));
        Assert.Equal(FrameProof.CallSite, walk.Frames[1].Proof);
    }

    [Fact]
    public void GoesOnBehindASmashedReturnAddress()
    {
        // The first word that looks like a return address is left over from a call before: no walk leads on from it.
        _code.AddCall("leaf", 0x1000, 8);
        _code.AddCall("stale", 0x2000, 8);
        _code.AddCall("caller", 0x3000, 8);
        _code.Add("root", 0x4000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.PutCall(0x2020, 0x5555);
        _code.PutCall(0x3030, 0x5555);
        _code.PutCall(0x4040, 0x5555);
        _code.Push(Sp, 0x4141414141414141, 0x2020, 0xbad, 0x3030, 0x4040);

        FrameWalk walk = _code.Walk(0x1010, Sp);

        Assert.Equal(["leaf", "caller", "root"], walk.Frames.Select(frame => frame.Function));
        Assert.Equal(FrameProof.Scan, walk.Frames[1].Proof);
        Assert.Contains("(\"AAAAAAAA\")", Assert.Single(walk.Warnings));
        Assert.True(walk.IsComplete);
    }

    [Fact]
    public void KeepsUnloadedCodeAsAFrame()
    {
        _code.AddCall("msleep", 0x1000, 8);
        _code.Add("kthread", 0x4000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.PutCall(0x4040, 0x5555);
        _code.Push(Sp, FakeCode.UnloadedCode + 0x10, 0xbad, FakeCode.UnloadedCode + 0x20, 0x4040);

        FrameWalk walk = _code.Walk(0x1010, Sp);

        Assert.Equal([0x1010UL, FakeCode.UnloadedCode + 0x10, FakeCode.UnloadedCode + 0x20, 0x4040UL], walk.Frames.Select(frame => frame.Pc.Value));
        Assert.Equal([FrameProof.Registers, FrameProof.Orc, FrameProof.Scan, FrameProof.Scan], walk.Frames.Select(frame => frame.Proof));
        Assert.All(walk.Frames.Skip(1).Take(2), frame => Assert.Contains("unloaded", frame.Note));
    }

    [Fact]
    public void SaysThatTheStackOverflowed()
    {
        _code.AddCall("deep", 0x1000, 0x58);
        _code.Add("root", 0x4000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.Push(FakeCode.StackStart + 0x40, 0x4040);

        FrameWalk walk = _code.Walk(0x1010, FakeCode.StackStart - 0x10);

        Assert.Equal(["deep", "root"], walk.Frames.Select(frame => frame.Function));
        Assert.Equal(["task", "task"], walk.Frames.Select(frame => frame.Stack));
        Assert.Contains("16 bytes below", Assert.Single(walk.Warnings));
    }

    [Fact]
    public void FindsTheCallersOfAReturnToNowhere()
    {
        _code.AddCall("caller", 0x3000, 8);
        _code.Add("root", 0x4000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.PutCall(0x3030, 0x5555);
        _code.Push(Sp, 0x4141414141414141, 0x3030, 0x4040);

        FrameWalk walk = _code.Walk(0x4141414141414141, Sp);

        Assert.Equal([null, "caller", "root"], walk.Frames.Select(frame => frame.Function));
        Assert.Contains("not certain", Assert.Single(walk.Warnings));
    }

    [Fact]
    public void TakesTheReturnAddressThatATracerNoted()
    {
        _code.AddCall("traced", 0x1000, 8);
        _code.AddCall("caller", 0x3000, 8);
        _code.Add("root", 0x4000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.Push(Sp, FakeCode.Trampoline, 0x4040);
        _code.Replaced[Sp] = 0x3030;

        FrameWalk walk = _code.Walk(0x1010, Sp);

        Assert.Equal(["traced", "caller", "root"], walk.Frames.Select(frame => frame.Function));
        Assert.Contains("return_to_handler", walk.Frames[1].Note);
        Assert.Equal(FrameProof.Orc, walk.Frames[1].Proof);
    }

    [Fact]
    public void SaysThatAFrameIsMissingWithoutTheTracersNote()
    {
        _code.AddCall("traced", 0x1000, 8);
        _code.Add("root", 0x4000, FakeCode.Row(OrcRowType.EndOfStack));
        _code.PutCall(0x4040, 0x5555);
        _code.Push(Sp, FakeCode.Trampoline, 0x4040);
        _code.Replaced[Sp] = null;

        FrameWalk walk = _code.Walk(0x1010, Sp);

        Assert.Equal(["traced", "root"], walk.Frames.Select(frame => frame.Function));
        Assert.Contains("missing", Assert.Single(walk.Warnings));
    }

    [Fact]
    public void WalksByFramePointersAlone()
    {
        // A kernel without ORC: entry code leaves the place of the saved registers in rbp, with its lowest bit set.
        _code.Add("handler", 0x1000, null);
        _code.Add("asm_exc_page_fault", 0x2000, null);
        _code.Add("faulting", 0x3000, null);
        _code.Add("ret_from_fork", 0x4000, null);
        _code.Push(Sp + 0x10, (Sp + 0x40) | 1, 0x2020);
        _code.Push(Sp + 0x40, FakeCode.PtRegs(0x3010, Sp + 0x200, bp: Sp + 0x220));
        _code.Push(Sp + 0x220, 0, 0x4040);

        FrameWalk walk = _code.Walk(0x1010, Sp, Sp + 0x10);

        Assert.Equal(["handler", "asm_exc_page_fault", "faulting", "ret_from_fork"], walk.Frames.Select(frame => frame.Function));
        Assert.Equal(
            [FrameProof.Registers, FrameProof.FramePointer, FrameProof.SavedRegisters, FrameProof.FramePointer], walk.Frames.Select(frame => frame.Proof));
        Assert.Equal("end of stack", walk.EndReason);
        Assert.True(walk.IsComplete);
    }
}
