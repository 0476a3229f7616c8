// I386StackWalkTests: frame-pointer and scan walks over stacks made by hand.
using VaQuest.Binary;
using VaQuest.Kernel.Arch.I386;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Unwind;
using Xunit;

namespace VaQuest.Kernel.Tests.Unwind;

public sealed class I386StackWalkTests
{
    private const uint Stack = 0xc2000000;
    private const uint Inner = 0xc1000100;
    private const uint Middle = 0xc1000200;
    private const uint Outer = 0xc1000300;

    private readonly FakeKernelMemory _memory = new();
    private string _handler = "inner";
    private string _first = "outer";

    public I386StackWalkTests()
    {
        _memory.Write(Stack, new byte[0x2000]);
        _memory.Write(0xc1000000, new byte[0x1000]);
    }

    [Fact]
    public void FollowsFramePointersToTheFirstFrame()
    {
        Push(Stack + 0x1f00, Stack + 0x1f20, Middle + 0x10);
        Push(Stack + 0x1f20, 0, Outer + 0x20);
        FrameWalk walk = Run(Inner + 5, Stack + 0x1ef0, Stack + 0x1f00);
        Assert.True(walk.IsComplete);
        Assert.Equal(["inner", "middle", "outer"], walk.Frames.Select(frame => frame.Function));
        Assert.Equal([FrameProof.Registers, FrameProof.FramePointer, FrameProof.FramePointer], walk.Frames.Select(frame => frame.Proof));
    }

    /// <summary>A caller without locals keeps its frame pointer right behind the callee's return address.</summary>
    [Fact]
    public void FollowsFramesThatTouchEachOther()
    {
        Push(Stack + 0x1f00, Stack + 0x1f08, Middle + 0x10);
        Push(Stack + 0x1f08, 0, Outer + 0x20);
        Assert.Equal(3, Run(Inner + 5, Stack + 0x1ef0, Stack + 0x1f00).Frames.Count);
    }

    [Fact]
    public void CrossesAnExceptionBySavedRegisters()
    {
        // The entry leaves the address of the saved registers, its highest bit cleared, where a frame pointer is expected.
        Push(Stack + 0x1e00, (Stack + 0x1e40) & 0x7fffffff, Middle + 0x10);
        PushRegisters(Stack + 0x1e40, Outer + 0x33, Stack + 0x1f00, code: 0x60);
        Push(Stack + 0x1f00, 0, Outer + 0x44);
        FrameWalk walk = Run(Inner + 5, Stack + 0x1d00, Stack + 0x1e00);
        Assert.True(walk.IsComplete);
        Assert.Equal([FrameKind.Normal, FrameKind.Exception, FrameKind.Normal, FrameKind.Normal], walk.Frames.Select(frame => frame.Kind));
        Assert.Equal((FrameProof.SavedRegisters, 0x33UL), (walk.Frames[2].Proof, walk.Frames[2].Offset!.Value));
    }

    [Fact]
    public void EndsInUserCode()
    {
        Push(Stack + 0x1f00, 0xbf001234, Middle + 0x10);
        PushRegisters(Stack + 0x1f08, 0x08041234, 0xbf001234, code: 0x73);
        FrameWalk walk = Run(Inner + 5, Stack + 0x1ef0, Stack + 0x1f00);
        Assert.True(walk.IsComplete);
        Assert.Equal((FrameKind.User, 0x08041234UL), (walk.Frames[^1].Kind, walk.Frames[^1].Pc.Value));
        Assert.Equal([FrameKind.User], Run(0x08041234, 0xbf000000, 0, code: 0x73).Frames.Select(frame => frame.Kind));
    }

    /// <summary>copy_thread() clears the registers on the top of a kernel thread's stack: nobody was interrupted.</summary>
    [Fact]
    public void EndsAtAKernelThreadsClearedRegisters()
    {
        Push(Stack + 0x1f00, (Stack + 0x1f40) & 0x7fffffff, Middle + 0x10);
        FrameWalk walk = Run(Inner + 5, Stack + 0x1ef0, Stack + 0x1f00);
        Assert.True(walk.IsComplete);
        Assert.Equal((2, "the first frame of the stack"), (walk.Frames.Count, walk.EndReason));
    }

    /// <summary>Entries of interrupts jump to handle_exception: the handler tells that it was one.</summary>
    [Fact]
    public void TellsAnInterruptByItsHandler()
    {
        _handler = "sysvec_reboot";
        Push(Stack + 0x1e00, (Stack + 0x1e40) & 0x7fffffff, Middle + 0x10);
        PushRegisters(Stack + 0x1e40, Outer + 0x33, Stack + 0x1f00, code: 0x60);
        Push(Stack + 0x1f00, 0, Outer + 0x44);
        Assert.Equal(FrameKind.Interrupt, Run(Inner + 5, Stack + 0x1d00, Stack + 0x1e00).Frames[1].Kind);
    }

    [Fact]
    public void EndsAtTheCodeThatStartedTheCpu()
    {
        _first = "startup_32_smp";
        Push(Stack + 0x1f00, 0x12345678, Outer + 0x20);
        FrameWalk walk = Run(Inner + 5, Stack + 0x1ef0, Stack + 0x1f00);
        Assert.True(walk.IsComplete);
        Assert.Equal(["inner", "startup_32_smp"], walk.Frames.Select(frame => frame.Function));
    }

    [Fact]
    public void ScansForReturnAddressesBehindCallsWithoutFramePointers()
    {
        PutCall(Middle + 0x10, Inner);
        Push(Stack + 0x1f00, 0x12345678, Middle + 0x10, Outer + 0x20, 0);
        FrameWalk walk = Run(Inner + 5, Stack + 0x1f00, 7);
        Assert.False(walk.IsComplete);
        Assert.Equal(["inner", "middle"], walk.Frames.Select(frame => frame.Function));
        Assert.Equal(FrameProof.Scan, walk.Frames[1].Proof);
        Assert.Contains("not certain", walk.EndReason);
    }

    [Fact]
    public void EndsWhenFramePointersRunInCircles()
    {
        Push(Stack + 0x1f00, Stack + 0x1f00, Middle + 0x10);
        FrameWalk walk = Run(Inner + 5, Stack + 0x1ef0, Stack + 0x1f00);
        Assert.InRange(walk.Frames.Count, 2, 3);
        Assert.Contains("does not rise", walk.EndReason);
    }

    [Fact]
    public void SurvivesRandomStacks()
    {
        var random = new Random(11);
        byte[] bytes = new byte[0x2000];
        for (int round = 0; round < 200; round++)
        {
            random.NextBytes(bytes);
            for (int at = 0; at < bytes.Length; at += 4)
            {
                uint word = random.Next(3) switch { 0 => Stack + (uint)(random.Next(0x800) * 4), 1 => Inner + (uint)random.Next(0x300), _ => (uint)random.Next() };
                BitConverter.TryWriteBytes(bytes.AsSpan(at), word);
            }

            _memory.Write(Stack, bytes);
            FrameWalk walk = Run(Inner + 5, Stack + (uint)(random.Next(0x800) * 4), Stack + (uint)(random.Next(0x800) * 4));
            Assert.InRange(walk.Frames.Count, 1, I386StackWalk.MaxFrames);
        }
    }

    private FrameWalk Run(uint ip, uint sp, uint bp, uint code = 0x60)
    {
        byte[] registers = new byte[I386Registers.Bytes];
        foreach ((int register, uint value) in new[] { (I386Registers.Bp, bp), (I386Registers.Ip, ip), (I386Registers.Cs, code), (I386Registers.Sp, sp) })
        {
            BitConverter.TryWriteBytes(registers.AsSpan(register * 4), value);
        }

        var stacks = new StackMap([new StackRegion("task", new VirtAddr(Stack), 0x2000)]);
        return new I386StackWalk(new KernelReader(_memory, wordSize: 4), new Code(_handler, _first), stacks).Run(I386Registers.Decode(registers));
    }

    private void Push(uint at, params uint[] words)
    {
        foreach (uint word in words)
        {
            _memory.Write(at, BitConverter.GetBytes(word));
            at += 4;
        }
    }

    private void PushRegisters(uint at, uint ip, uint bp, uint code)
    {
        uint[] words = new uint[I386Registers.Count];
        words[I386Registers.Bp] = bp;
        words[I386Registers.Ip] = ip;
        words[I386Registers.Cs] = code;
        words[I386Registers.Ss] = code == 0x73 ? 0x7bu : 0x68;
        Push(at, words);
    }

    private void PutCall(uint returnAddress, uint target) =>
        _memory.Write(returnAddress - 5, [0xe8, .. BitConverter.GetBytes(unchecked(target - returnAddress))]);

    private sealed class Code(string inner, string outer) : TextSymbols(null)
    {
        public override bool IsText(VirtAddr address) => address.Value is >= Inner and < Outer + 0x100;

        public override SymbolHit? FindAt(VirtAddr address)
        {
            uint start = (uint)address.Value & ~0xffu;
            string name = start switch { Inner => inner, Middle => "middle", _ => outer };
            return IsText(address) ? new SymbolHit(new KernelSymbol(name, new VirtAddr(start), 0x100, 't', null), address.Value - start) : null;
        }
    }
}
