// X86Decoder: x86-64 instructions by Iced, in the words of the code model.
using Iced.Intel;
using VaQuest.Binary;
using VaQuest.Kernel.Code;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>Intel SDM volume 2; register numbers of the x86-64 psABI, figure 3.36.</summary>
internal sealed class X86Decoder : IInstructionDecoder
{
    public static readonly X86Decoder Instance = new();

    /// <summary>Iced numbers rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 to r15.</summary>
    private static readonly int[] s_dwarf = [0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15];

    /// <summary>rdi, rsi, rdx, rcx, r8, r9 (psABI 3.2.3).</summary>
    private static readonly int[] s_arguments = [5, 4, 1, 2, 8, 9];

    public int MaxLength => 15;

    public int ReturnRegister => 0;

    public int StackRegister => X86RegisterFile.Rsp;

    public bool IsKeptByCalls(int register) => register is X86RegisterFile.Rbx or X86RegisterFile.Rbp or X86RegisterFile.Rsp or (>= X86RegisterFile.R12 and <= X86RegisterFile.R15);

    public int ArgumentRegister(int index) => (uint)index < (uint)s_arguments.Length ? s_arguments[index] : -1;

    public string NameOf(int register) => (uint)register < X86RegisterFile.Count ? X86RegisterFile.NameOf(register) : "?";

    public MachineInstruction? Decode(VirtAddr address, ReadOnlySpan<byte> code)
    {
        if (!TryDecode(address, code, out Instruction instruction))
        {
            return null;
        }

        InstructionInfo info = new InstructionInfoFactory().GetInfo(instruction);
        return new MachineInstruction
        {
            Address = address,
            Length = instruction.Length,
            Operation = X86Effects.OperationOf(instruction),
            Flow = FlowOf(instruction),
            Target = TargetOf(instruction),
            TargetRegister = instruction is { FlowControl: FlowControl.IndirectCall or FlowControl.IndirectBranch, Op0Kind: OpKind.Register } ? Number(instruction.Op0Register) : -1,
            Memory = X86Effects.MemoryOf(instruction, info),
            Effects = X86Effects.EffectsOf(instruction, info),
            Store = X86Effects.StoreOf(instruction, info),
            DivisorRegister = instruction.Mnemonic is Mnemonic.Div or Mnemonic.Idiv && instruction.Op0Kind == OpKind.Register ? Number(instruction.Op0Register) : -1,
            StackDelta = X86Effects.StackDeltaOf(instruction, info),
        };
    }

    public string? Format(VirtAddr address, ReadOnlySpan<byte> code)
    {
        if (!TryDecode(address, code, out Instruction instruction))
        {
            return null;
        }

        var formatter = new GasFormatter(new FormatterOptions { HexPrefix = "0x", UppercaseHex = false, SmallHexNumbersInDecimal = false, BranchLeadingZeros = false });
        var text = new StringOutput();
        formatter.Format(instruction, text);
        return text.ToStringAndReset();
    }

    /// <summary>The DWARF number of the 64-bit register that a register is part of; 16 for rip, -1 for others.</summary>
    internal static int Number(Register register)
    {
        Register full = register.GetFullRegister();
        return full is >= Register.RAX and <= Register.R15 ? s_dwarf[full - Register.RAX] : full == Register.RIP ? X86RegisterFile.Rip : -1;
    }

    private static bool TryDecode(VirtAddr address, ReadOnlySpan<byte> code, out Instruction instruction)
    {
        byte[] bytes = code[..Math.Min(code.Length, 15)].ToArray();
        Decoder decoder = Decoder.Create(64, bytes, address.Value);
        decoder.Decode(out instruction);
        return !instruction.IsInvalid;
    }

    private static VirtAddr? TargetOf(in Instruction instruction) =>
        instruction.Op0Kind is OpKind.NearBranch64 or OpKind.NearBranch32 or OpKind.NearBranch16 ? new VirtAddr(instruction.NearBranchTarget) : null;

    private static CodeFlow FlowOf(in Instruction instruction) => instruction.FlowControl switch
    {
        FlowControl.UnconditionalBranch => CodeFlow.Jump,
        FlowControl.ConditionalBranch => CodeFlow.ConditionalJump,
        FlowControl.IndirectBranch => CodeFlow.IndirectJump,
        FlowControl.Call => instruction.Mnemonic == Mnemonic.Call ? CodeFlow.Call : CodeFlow.Next,
        FlowControl.IndirectCall => CodeFlow.IndirectCall,
        FlowControl.Return => CodeFlow.Return,
        FlowControl.Interrupt or FlowControl.Exception => CodeFlow.Trap,
        _ => CodeFlow.Next,
    };
}
