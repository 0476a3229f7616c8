// ValueFlowTests: where a register's value comes from, over loops, joins, calls and spills (each listing is its bytes).
using VaQuest.Binary;
using VaQuest.Kernel.Code;
using Xunit;

namespace VaQuest.Kernel.Tests.Code;

public sealed class ValueFlowTests
{
    private const int Rax = 0;
    private const int Rbx = 3;
    private const int Rsi = 4;
    private const int Rdi = 5;

    [Fact]
    public void FollowsCopiesAndAdditionsToTheEntry()
    {
        // push %rbx; mov %rdi,%rbx; lea 8(%rbx),%rax; mov (%rax),%rax
        ValueFlow flow = Flow("53 4889fb 488d4308 488b00");
        (RegisterDefinition root, long added) = flow.FindRoot(3, Rax)!.Value;
        Assert.Equal((DefinitionKind.Entry, Rdi, 8L), (root.Kind, root.Register, added));
    }

    [Fact]
    public void KnowsValuesThroughRegistersThatStillHoldThem()
    {
        // push %rbx; mov %rdi,%rbx; mov 8(%rdi),%rdi; nop: the load overwrote its own base.
        ValueFlow flow = Flow("53 4889fb 488b7f08 90");
        var known = new KnownValues(flow, 3, register => register == Rbx ? 0x5000 : null);
        MemoryOperand operand = flow.FindOnly(3, Rdi)!.Effect!.Memory!;
        Assert.Equal(0x5008UL, known.FindAddress(2, operand, null));
        Assert.Equal(0x5000UL, known.FindAtEntry(Rdi));
        Assert.Null(known.Find(3, Rdi));
        Assert.Equal(7UL, known.FindNow(3, Rdi, (at, bytes) => at == 0x5008 ? 7 : null, out bool isNow));
        Assert.True(isNow);
    }

    [Fact]
    public void TellsBothDefinitionsAtALoopsHead()
    {
        // 0: jmp 9; 2: mov 4(%rdi),%eax; 5: mov 8(%rdi),%rdi; 9: test %rdi,%rdi; c: jne 2; e: ret
        ValueFlow flow = Flow("eb07 8b4704 488b7f08 4885ff 75f4 c3");
        IReadOnlyList<RegisterDefinition> all = flow.FindAll(1, Rdi);
        Assert.Equal(2, all.Count);
        Assert.Contains(all, one => one.Kind == DefinitionKind.Entry);
        Assert.Contains(all, one => one.Effect is { Kind: EffectKind.Load });
        Assert.Null(flow.FindOnly(1, Rdi));
        Assert.Null(flow.FindRoot(1, Rdi));
    }

    [Fact]
    public void StopsAtAJoinOfTwoValues()
    {
        // 0: test %rsi,%rsi; 3: je 8; 5: mov %rsi,%rax; 8: nop: rax is either the entry's or rsi.
        ValueFlow flow = Flow("4885f6 7403 4889f0 90");
        Assert.Equal(2, flow.FindAll(3, Rax).Count);
        Assert.Null(new KnownValues(flow, 3, register => register == Rsi ? 9 : null).Find(3, Rax));
    }

    [Fact]
    public void TakesTheRestOfTheFillingBehindAReturnForNoWayIn()
    {
        // 0: test %rdi,%rdi; 3: je 8; 5: ret; int3; int3; 8: mov (%rsi),%rax
        ValueFlow flow = Flow("4885ff 7403 c3 cc cc 488b06");
        Assert.Equal(DefinitionKind.Entry, flow.FindOnly(flow.Code.IndexAt(new VirtAddr(0x1008)), Rsi)!.Kind);
    }

    [Fact]
    public void KnowsWhatCallsKeepAndClobber()
    {
        // call 0x2000; mov (%rdi),%rax
        ValueFlow flow = new CodeBuilder().Add("f", 0x1000, "90 e8fa0f0000 488b07").Add("g", 0x2000, "c3").Flow(0x1000);
        Assert.Equal(DefinitionKind.CallClobber, flow.FindOnly(2, Rdi)!.Kind);
        Assert.Equal(DefinitionKind.CallResult, flow.FindOnly(2, Rax)!.Kind);
        Assert.Equal(DefinitionKind.Entry, flow.FindOnly(2, Rbx)!.Kind);
    }

    [Fact]
    public void LooksThroughTheTracersCallAtTheStart()
    {
        ValueFlow flow = new CodeBuilder().Add("f", 0x1000, "e8fb0f0000 488b07").Add("ftrace_caller", 0x2000, "c3").Flow(0x1000);
        Assert.Equal(DefinitionKind.Entry, flow.FindOnly(1, Rdi)!.Kind);
    }

    [Fact]
    public void FindsTheRegisterOfAThunksCall()
    {
        ValueFlow flow = new CodeBuilder().Add("f", 0x1000, "90 e8fa0f0000").Add("__x86_indirect_thunk_rsi", 0x2000, "c3").Flow(0x1000);
        Assert.Equal(Rsi, flow.CallRegisterOf(flow.Code.Instructions[1]));
    }

    [Fact]
    public void FollowsASpillToItsStore()
    {
        // sub $0x18,%rsp; mov %rsi,8(%rsp); mov $0,%esi; mov 8(%rsp),%rax; nop
        ValueFlow flow = Flow("4883ec18 4889742408 be00000000 488b442408 90");
        MemoryOperand slot = flow.FindOnly(4, Rax)!.Effect!.Memory!;
        MemoryStore store = flow.FindStackStore(3, slot, out int at)!;
        Assert.Equal((Rsi, 1), (store.Source, at));
        Assert.Equal(-0x10, flow.FindSlot(3, slot));
    }

    [Fact]
    public void DistrustsASlotWhoseAddressWasGivenAway()
    {
        // sub $0x18,%rsp; mov %rsi,8(%rsp); lea 8(%rsp),%rdi; call g; mov 8(%rsp),%rax
        ValueFlow flow = new CodeBuilder().Add("f", 0x1000, "4883ec18 4889742408 488d7c2408 e8ed0f0000 488b442408").Add("g", 0x2000, "c3").Flow(0x1000);
        Assert.Null(flow.FindStackStore(4, flow.Code.Instructions[4].Memory[0], out _));
    }

    [Fact]
    public void FindsWhereARegisterWasSaved()
    {
        ValueFlow flow = Flow("4154 53 4889fb 90");
        Assert.Equal(-0x10, flow.FindSaved(Rbx));
        Assert.Equal(-0x10, flow.FindDepth(3));
        Assert.Null(flow.FindSaved(13));
    }

    [Fact]
    public void TakesAPointerAndItsIndexApart()
    {
        // mov 0x10(%rdi),%rax; add %rsi,%rax; movzbl (%rax),%eax: rax at the fault less rsi is the pointer.
        ValueFlow flow = Flow("488b4710 4801f0 0fb600");
        var known = new KnownValues(flow, 2, register => register switch { Rax => 0x4005, Rsi => 5, _ => null });
        Assert.Equal(0x4000UL, known.Find(1, Rax));
        Assert.Null(new KnownValues(flow, 2, register => register == Rax ? 0x4005 : null).Find(1, Rax));
    }

    [Fact]
    public void SaysNothingBehindAJumpThroughATable()
    {
        // jmp *0x5000(,%rax,8); 8: mov (%rsi),%rax reached by nothing that is known
        ValueFlow flow = Flow("ff24c500500000 488b06");
        Assert.True(flow.Code.HasUnknownJumps);
        Assert.Null(flow.FindOnly(1, Rsi));
    }

    [Fact]
    public void EndsAtBytesThatAreNoInstruction()
    {
        FunctionCode code = Flow("90 06 90").Code;
        Assert.Single(code.Instructions);
        Assert.NotNull(code.Damage);
    }

    private static ValueFlow Flow(string hex) => new CodeBuilder().Add("f", 0x1000, hex).Flow(0x1000);
}
