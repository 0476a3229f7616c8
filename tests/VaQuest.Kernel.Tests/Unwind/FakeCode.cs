// FakeCode: functions with unwind rows, for stack walks without a kernel.
using VaQuest.Binary;
using VaQuest.DebugInfo.Frames;
using VaQuest.DebugInfo.Orc;
using VaQuest.Kernel.Arch.X86_64;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel.Tests.Unwind;

/// <summary>Each function is 0x100 bytes of code with one row for all of it.</summary>
internal sealed class FakeCode : IUnwindRows, IReplacedReturns
{
    public const ulong StackStart = 0x100000;
    public const ulong StackBytes = 0x4000;
    public const ulong IrqStart = 0x200000;

    /// <summary>Where code was that is not there any more.</summary>
    public const ulong UnloadedCode = 0xc0290000;

    /// <summary>A tracer's trampoline.</summary>
    public const ulong Trampoline = 0x7000;

    private readonly Dictionary<ulong, (string Name, OrcRow? Row)> _functions = [];
    private readonly Dictionary<ulong, Action<UnwindRow>> _callFrames = [];

    public FakeKernelMemory Memory { get; } = new();

    public X86CallSites Calls => new(Memory.Reader, new Symbols(this));

    /// <summary>What a tracer replaced, by the place on the stack; every such word is <see cref="Trampoline"/>.</summary>
    public Dictionary<ulong, ulong?> Replaced { get; } = [];

    public ReplacedReturn? Find(ulong returnAddress, VirtAddr at) =>
        returnAddress == Trampoline ? new ReplacedReturn("return_to_handler", Replaced[at.Value]) : null;

    public void Add(string name, ulong start, OrcRow? row) => _functions[start] = (name, row);

    public void AddCall(string name, ulong start, int spOffset) => Add(name, start, Row(OrcRowType.Call, OrcRegister.Sp, spOffset));

    public void Push(ulong at, params ulong[] words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            Memory.WriteUInt64(at + ((ulong)i * 8), words[i]);
        }
    }

    /// <summary>Writes a call instruction that ends at <paramref name="returnAddress"/>.</summary>
    public void PutCall(ulong returnAddress, ulong target)
    {
        Memory.Write(returnAddress - 7, [0x90, 0x90, 0xe8, .. BitConverter.GetBytes(unchecked((int)(target - returnAddress)))]);
    }

    /// <summary>The 21 words of struct pt_regs.</summary>
    public static ulong[] PtRegs(ulong ip, ulong sp, ulong cs = 0x10, ulong bp = 0)
    {
        ulong[] words = new ulong[21];
        words[4] = bp;
        words[16] = ip;
        words[17] = cs;
        words[19] = sp;
        return words;
    }

    public static OrcRow Row(
        OrcRowType type, OrcRegister sp = OrcRegister.Sp, int spOffset = 0, OrcRegister bp = OrcRegister.Undefined, int bpOffset = 0) =>
        new(type, sp, (short)spOffset, bp, (short)bpOffset, false);

    /// <summary>Gives a function a row of the debug information: CFA = rsp + <paramref name="cfa"/>, and what <paramref name="rules"/> sets.</summary>
    public void AddCallFrame(ulong start, int cfa, Action<UnwindRow> rules) => _callFrames[start] = row =>
    {
        row.Begin(UnwindRowSource.CallFrames, UnwindRowType.Call, 16);
        row.SetCfa(new CfaRule(CfaRuleKind.RegisterOffset, 7, cfa));
        row.SetRule(16, RegisterRule.At(-8));
        rules(row);
    };

    public FrameWalk Walk(ulong ip, ulong sp, ulong bp = 0, FrameProof proof = FrameProof.Registers) =>
        Walk(PtRegs(ip, sp, bp: bp), proof, withRegisters: false);

    public FrameWalk Walk(ulong[] ptRegs, FrameProof proof, bool withRegisters)
    {
        byte[] registers = [.. ptRegs.SelectMany(BitConverter.GetBytes)];
        var stacks = new StackMap(
            [new StackRegion("task", new VirtAddr(StackStart), StackBytes), new StackRegion("irq", new VirtAddr(IrqStart), StackBytes)]);
        return new X86StackWalk(Memory.Reader, this, new Symbols(this), stacks, null, withRegisters) { Replaced = this }.Run(X86Registers.Decode(registers), proof);
    }

    public bool TryFindPath(VirtAddr address, UnwindRow row)
    {
        if (_functions.TryGetValue(address.Value & ~0xffUL, out (string Name, OrcRow? Row) function) && function.Row is { } orc)
        {
            OrcLowering.Lower(orc, row);
            return true;
        }

        return TryFindCallFrame(address, row);
    }

    public bool TryFindCallFrame(VirtAddr address, UnwindRow row)
    {
        if (!_callFrames.TryGetValue(address.Value & ~0xffUL, out Action<UnwindRow>? fill))
        {
            return false;
        }

        fill(row);
        return true;
    }

    private sealed class Symbols(FakeCode code) : TextSymbols(null)
    {
        public override bool IsLostCode(VirtAddr address) => address.Value >> 16 == UnloadedCode >> 16;

        public override bool IsText(VirtAddr address) => code._functions.ContainsKey(address.Value & ~0xffUL);

        public override SymbolHit? FindAt(VirtAddr address)
        {
            ulong start = address.Value & ~0xffUL;
            return code._functions.TryGetValue(start, out (string Name, OrcRow? Row) function)
                ? new SymbolHit(new KernelSymbol(function.Name, new VirtAddr(start), 0x100, 't', null), address.Value - start)
                : null;
        }
    }
}
