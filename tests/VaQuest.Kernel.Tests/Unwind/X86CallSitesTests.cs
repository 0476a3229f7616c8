// X86CallSitesTests: calls and jumps decoded from the bytes before an address (encodings of the Intel SDM, volume 2).
using VaQuest.Binary;
using VaQuest.Kernel.Unwind;
using Xunit;

namespace VaQuest.Kernel.Tests.Unwind;

public sealed class X86CallSitesTests
{
    private readonly FakeCode _code = new();

    public X86CallSitesTests()
    {
        _code.Add("caller", 0x1000, null);
        _code.Add("target", 0x2000, null);
        _code.Add("__x86_indirect_thunk_rax", 0x3000, null);
        _code.Memory.Write(0x1000, new byte[0x100]);
    }

    [Fact]
    public void DecodesADirectCall()
    {
        _code.PutCall(0x1020, 0x2000);

        Assert.Equal(CallTarget.To(new VirtAddr(0x2000)), Call());
    }

    [Fact]
    public void TakesACallBehindEndbrForACallOfTheFunction()
    {
        _code.PutCall(0x1020, 0x2004);

        Assert.Equal(CallTarget.To(new VirtAddr(0x2000)), Call());
    }

    [Fact]
    public void DoesNotTakeACallIntoTheMiddleForACallOfTheFunction()
    {
        _code.PutCall(0x1020, 0x2044);

        Assert.Equal(CallTarget.Unknown, Call());
    }

    [Fact]
    public void TakesACallOfAThunkForAnIndirectOne()
    {
        _code.PutCall(0x1020, 0x3000);

        Assert.Equal(CallTarget.Indirect, Call());
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xd0 })] // call *%rax
    [InlineData(new byte[] { 0xff, 0x50, 0x10 })] // call *0x10(%rax)
    [InlineData(new byte[] { 0xff, 0x14, 0xc5, 0, 0, 0, 0 })] // call *table(,%rax,8)
    [InlineData(new byte[] { 0xff, 0x15, 0, 1, 0, 0 })] // call *0x100(%rip)
    public void DecodesIndirectCalls(byte[] call)
    {
        _code.Memory.Write(0x1020 - (ulong)call.Length, call);

        Assert.Equal(CallTarget.Indirect, Call());
    }

    [Theory]
    [InlineData(new byte[] { 0xe9, 0xe0, 0x0f, 0, 0 }, true)] // jmp 0x2000
    [InlineData(new byte[] { 0x0f, 0x84, 0xe0, 0x0f, 0, 0 }, true)] // je 0x2000
    [InlineData(new byte[] { 0xff, 0xe0 }, false)] // jmp *%rax
    [InlineData(new byte[] { 0xff, 0xe0, 0xcc, 0xcc, 0xcc }, false)] // the same in place of a jump to a thunk
    [InlineData(new byte[] { 0xe9, 0xe0, 0x1f, 0, 0 }, false)] // jmp __x86_indirect_thunk_rax
    public void DecodesJumps(byte[] jump, bool isDirect)
    {
        _code.Memory.Write(0x1020 - (ulong)jump.Length, jump);

        Assert.Equal(isDirect ? CallTarget.To(new VirtAddr(0x2000)) : CallTarget.Indirect, _code.Calls.FindJump(new VirtAddr(0x1020)));
    }

    [Fact]
    public void DecodesAShortJump()
    {
        _code.Add("near", 0x1100, null);
        _code.Memory.Write(0x10fe, [0xeb, 0x00]);

        Assert.Equal(CallTarget.To(new VirtAddr(0x1100)), _code.Calls.FindJump(new VirtAddr(0x1100)));
    }

    [Fact]
    public void KnowsNothingOfWhatIsNoCall()
    {
        Assert.Equal(CallTarget.Unknown, Call());
        Assert.Equal(CallTarget.Unknown, _code.Calls.FindJump(new VirtAddr(0x1020)));
        Assert.Equal(CallTarget.Unknown, _code.Calls.FindCall(new VirtAddr(0x9000)));
    }

    private CallTarget Call() => _code.Calls.FindCall(new VirtAddr(0x1020));
}
