// X86DecoderTests: instructions in the words of the code model (encodings of the Intel SDM, volume 2; texts as objdump writes them).
using VaQuest.Binary;
using VaQuest.Kernel.Arch.X86_64;
using VaQuest.Kernel.Code;
using Xunit;

namespace VaQuest.Kernel.Tests.Code;

public sealed class X86DecoderTests
{
    private const int Rax = 0;
    private const int Rcx = 2;
    private const int Rsi = 4;
    private const int Rdi = 5;
    private const int Rsp = 7;

    [Theory]
    [InlineData("894718", "mov %eax,0x18(%rdi)")]
    [InlineData("488b7cc708", "mov 0x8(%rdi,%rax,8),%rdi")]
    [InlineData("f7f1", "div %ecx")]
    [InlineData("ffd0", "call *%rax")]
    [InlineData("0f0b", "ud2")]
    public void FormatsAsObjdumpDoes(string hex, string text) =>
        Assert.Equal(text, X86Decoder.Instance.Format(new VirtAddr(0x1000), Convert.FromHexString(hex)));

    [Fact]
    public void TellsAStoresOperandAndSource()
    {
        MachineInstruction store = Decode("894718");
        Assert.Equal(new MemoryOperand(Rdi, -1, 1, 0x18, 4, MemoryAccess.Write), Assert.Single(store.Memory));
        Assert.Equal(Rax, store.Store!.Source);
        Assert.Empty(store.Effects);
        Assert.Equal(3, store.Length);
    }

    [Fact]
    public void TellsALoadWithAnIndex()
    {
        RegisterEffect effect = Assert.Single(Decode("488b7cc708").Effects);
        Assert.Equal((Rdi, EffectKind.Load, 8), (effect.Register, effect.Kind, effect.Bytes));
        Assert.Equal(new MemoryOperand(Rdi, Rax, 8, 8, 8, MemoryAccess.Read), effect.Memory);
    }

    [Theory]
    [InlineData("0fb600", Rax, EffectKind.Load, 1, false)] // movzbl (%rax),%eax
    [InlineData("4863c2", Rax, EffectKind.Copy, 4, true)] // movslq %edx,%rax
    [InlineData("89f0", Rax, EffectKind.Copy, 4, false)] // mov %esi,%eax
    [InlineData("31c0", Rax, EffectKind.Constant, 8, false)] // xor %eax,%eax
    [InlineData("4883c708", Rdi, EffectKind.Add, 8, false)] // add $8,%rdi
    [InlineData("488d7e08", Rdi, EffectKind.Address, 8, false)] // lea 8(%rsi),%rdi
    [InlineData("4801f0", Rax, EffectKind.Address, 8, false)] // add %rsi,%rax
    [InlineData("48f7d0", Rax, EffectKind.Other, 8, false)] // not %rax
    [InlineData("88c8", Rax, EffectKind.Other, 8, false)] // mov %cl,%al: only a part of the register
    public void TellsHowARegisterIsMade(string hex, int register, EffectKind kind, int bytes, bool isSigned)
    {
        RegisterEffect effect = Decode(hex).EffectOn(register)!;
        Assert.Equal((kind, bytes, isSigned), (effect.Kind, effect.Bytes, effect.IsSigned));
    }

    [Fact]
    public void ResolvesAddressesRelativeToTheInstructionPointer()
    {
        // mov 0x100(%rip),%rax at 0x1000, seven bytes long.
        MemoryOperand operand = Assert.Single(Decode("488b0500010000").Memory);
        Assert.Equal((-1, 0x1107L), (operand.Base, operand.Displacement));
    }

    [Fact]
    public void TellsPerCpuAccesses()
    {
        MemoryOperand operand = Assert.Single(Decode("65488b0425c0fb0100").Memory);
        Assert.True(operand.IsPerCpu);
        Assert.Equal(0x1fbc0, operand.Displacement);
        Assert.Null(operand.AddressFrom(_ => 0, null));
        Assert.Equal(0x1fbc0UL + 0x5000, operand.AddressFrom(_ => 0, 0x5000));
    }

    [Theory]
    [InlineData("e8fb0f0000", CodeFlow.Call, 0x2000)]
    [InlineData("7402", CodeFlow.ConditionalJump, 0x1004)]
    [InlineData("eb02", CodeFlow.Jump, 0x1004)]
    [InlineData("c3", CodeFlow.Return, 0)]
    [InlineData("0f0b", CodeFlow.Trap, 0)]
    [InlineData("cc", CodeFlow.Trap, 0)]
    [InlineData("ffe0", CodeFlow.IndirectJump, 0)]
    [InlineData("ff5008", CodeFlow.IndirectCall, 0)]
    [InlineData("90", CodeFlow.Next, 0)]
    public void TellsWhereControlGoes(string hex, CodeFlow flow, ulong target)
    {
        MachineInstruction instruction = Decode(hex);
        Assert.Equal(flow, instruction.Flow);
        Assert.Equal(target, instruction.Target?.Value ?? 0);
    }

    [Fact]
    public void TellsDivisorsAndStackMoves()
    {
        Assert.Equal(Rcx, Decode("f7f1").DivisorRegister);
        Assert.Equal(-8, Decode("53").StackDelta);
        Assert.Equal(8, Decode("5b").StackDelta);
        Assert.Equal(-0x28, Decode("4883ec28").StackDelta);
        Assert.Null(Decode("4889ec").StackDelta);
        Assert.Equal(Rsp, Decode("53").Store!.Target.Base);
        Assert.NotEqual(Rsi, Decode("53").Store!.Source);
    }

    [Theory]
    [InlineData("")]
    [InlineData("48")]
    [InlineData("06")]
    public void RefusesWhatIsNoInstruction(string hex)
    {
        Assert.Null(X86Decoder.Instance.Decode(new VirtAddr(0x1000), Convert.FromHexString(hex)));
        Assert.Null(X86Decoder.Instance.Format(new VirtAddr(0x1000), Convert.FromHexString(hex)));
    }

    [Fact]
    public void SurvivesEveryStartOfRandomBytes()
    {
        byte[] bytes = new byte[4096];
        new Random(1).NextBytes(bytes);
        int decoded = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            decoded += X86Decoder.Instance.Decode(new VirtAddr(ulong.MaxValue - 4096 + (ulong)i), bytes.AsSpan(i)) is { Length: > 0 and <= 15 } ? 1 : 0;
        }

        Assert.InRange(decoded, 1000, 4096);
    }

    private static MachineInstruction Decode(string hex) => X86Decoder.Instance.Decode(new VirtAddr(0x1000), Convert.FromHexString(hex))!;
}
