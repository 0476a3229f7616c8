// X86Effects: what an x86-64 instruction does to registers and memory.
using Iced.Intel;
using VaQuest.Kernel.Code;
using MemoryOperand = VaQuest.Kernel.Code.MemoryOperand;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>From Iced's description of an instruction to the code model's.</summary>
internal static class X86Effects
{
    /// <summary>Shifts up to here scale an array's index.</summary>
    private const ulong MaxShift = 16;

    public static string OperationOf(in Instruction instruction) => instruction.Mnemonic.ToString().ToLowerInvariant();

    /// <summary>Operands that are accessed; those in the text first.</summary>
    public static IReadOnlyList<MemoryOperand> MemoryOf(in Instruction instruction, in InstructionInfo info)
    {
        var found = new List<MemoryOperand>();
        foreach (UsedMemory used in info.GetUsedMemory())
        {
            MemoryAccess access = AccessOf(used.Access);
            if (access != MemoryAccess.None)
            {
                found.Add(OperandOf(used, access, IsImplicit(instruction, used)));
            }
        }

        found.Sort((left, right) => left.IsImplicit.CompareTo(right.IsImplicit));
        return found;
    }

    /// <summary>The registers that are written. A call's clobbers are the calling convention's business, not the instruction's.</summary>
    public static IReadOnlyList<RegisterEffect> EffectsOf(in Instruction instruction, in InstructionInfo info)
    {
        if (instruction.FlowControl is FlowControl.Call or FlowControl.IndirectCall)
        {
            return [];
        }

        var effects = new List<RegisterEffect>();
        foreach (UsedRegister used in info.GetUsedRegisters())
        {
            int number = X86Decoder.Number(used.Register);
            bool isWrite = used.Access is OpAccess.Write or OpAccess.CondWrite or OpAccess.ReadWrite or OpAccess.ReadCondWrite;
            if (isWrite && number is >= 0 and < X86RegisterFile.Rip && !effects.Exists(effect => effect.Register == number))
            {
                effects.Add(EffectOf(instruction, info, number));
            }
        }

        return effects;
    }

    /// <summary>A plain mov or push to memory.</summary>
    public static MemoryStore? StoreOf(in Instruction instruction, in InstructionInfo info)
    {
        bool isPush = instruction.Mnemonic == Mnemonic.Push;
        bool isMove = instruction.Mnemonic == Mnemonic.Mov && instruction.Op0Kind == OpKind.Memory;
        OpKind source = isPush ? instruction.Op0Kind : instruction.Op1Kind;
        if (!isPush && !isMove)
        {
            return null;
        }

        foreach (UsedMemory used in info.GetUsedMemory())
        {
            if (AccessOf(used.Access) == MemoryAccess.Write)
            {
                MemoryOperand target = OperandOf(used, MemoryAccess.Write, isPush);
                int register = source == OpKind.Register ? X86Decoder.Number(isPush ? instruction.Op0Register : instruction.Op1Register) : -1;
                bool isConstant = source is >= OpKind.Immediate8 and <= OpKind.Immediate32to64;
                return register >= 0 ? new MemoryStore(target, register, 0)
                    : isConstant ? new MemoryStore(target, -1, unchecked((long)instruction.GetImmediate(isPush ? 0 : 1))) : null;
            }
        }

        return null;
    }

    /// <summary>What is added to rsp; null when it is set otherwise.</summary>
    public static long? StackDeltaOf(in Instruction instruction, in InstructionInfo info)
    {
        if (instruction.FlowControl is FlowControl.Call or FlowControl.IndirectCall)
        {
            return 0;
        }

        if (instruction.IsStackInstruction && instruction.Mnemonic is not (Mnemonic.Leave or Mnemonic.Enter))
        {
            return instruction.StackPointerIncrement;
        }

        foreach (UsedRegister used in info.GetUsedRegisters())
        {
            bool isWrite = used.Access is OpAccess.Write or OpAccess.CondWrite or OpAccess.ReadWrite or OpAccess.ReadCondWrite;
            if (isWrite && X86Decoder.Number(used.Register) == X86RegisterFile.Rsp)
            {
                return EffectOf(instruction, info, X86RegisterFile.Rsp) switch
                {
                    { Kind: EffectKind.Add } effect => effect.Constant,
                    { Kind: EffectKind.Address, Memory: { Base: X86RegisterFile.Rsp, Index: -1 } memory } => memory.Displacement,
                    _ => null,
                };
            }
        }

        return 0;
    }

    private static RegisterEffect EffectOf(in Instruction instruction, in InstructionInfo info, int number)
    {
        var other = new RegisterEffect(number, EffectKind.Other);
        bool isDestination = instruction.Op0Kind == OpKind.Register && X86Decoder.Number(instruction.Op0Register) == number;
        int size = instruction.Op0Kind == OpKind.Register ? instruction.Op0Register.GetSize() : 0;
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Cdqe when number == 0:
                return new RegisterEffect(0, EffectKind.Copy) { Source = 0, Bytes = 4, IsSigned = true };
            case Mnemonic.Pop when isDestination && size == 8:
                return Load(info, number, 8, false) ?? other;
            case var _ when !isDestination || size < 4:
                return other;
            case Mnemonic.Mov:
                return OfMove(instruction, info, number, size) ?? other;
            case Mnemonic.Movzx or Mnemonic.Movsx or Mnemonic.Movsxd:
                return OfExtension(instruction, info, number) ?? other;
            case Mnemonic.Lea when size == 8:
                return new RegisterEffect(number, EffectKind.Address) { Memory = AddressOf(instruction) };
            case Mnemonic.Xor or Mnemonic.Sub when instruction.Op1Kind == OpKind.Register && instruction.Op1Register == instruction.Op0Register:
                return new RegisterEffect(number, EffectKind.Constant);
            case Mnemonic.Add or Mnemonic.Sub when size == 8 && instruction.Op1Kind is >= OpKind.Immediate8 and <= OpKind.Immediate32to64:
                long amount = unchecked((long)instruction.GetImmediate(1));
                return new RegisterEffect(number, EffectKind.Add) { Constant = instruction.Mnemonic == Mnemonic.Add ? amount : unchecked(-amount) };
            case Mnemonic.Add when size == 8 && instruction.Op1Kind == OpKind.Register && X86Decoder.Number(instruction.Op1Register) is >= 0 and < X86RegisterFile.Rip and var added:
                return new RegisterEffect(number, EffectKind.Address) { Memory = new MemoryOperand(number, added, 1, 0, 0, MemoryAccess.None) };
            case Mnemonic.Shl when size == 8 && instruction.Op1Kind == OpKind.Immediate8 && instruction.GetImmediate(1) is <= MaxShift and var shift:
                return new RegisterEffect(number, EffectKind.Address) { Memory = new MemoryOperand(-1, number, 1 << (int)shift, 0, 0, MemoryAccess.None) };
            case Mnemonic.And when instruction.Op1Kind is >= OpKind.Immediate8 and <= OpKind.Immediate32to64:
                return new RegisterEffect(number, EffectKind.Mask) { Constant = unchecked((long)instruction.GetImmediate(1)), Bytes = size };
            case Mnemonic.Inc or Mnemonic.Dec when size == 8:
                return new RegisterEffect(number, EffectKind.Add) { Constant = instruction.Mnemonic == Mnemonic.Inc ? 1 : -1 };
            default:
                return other;
        }
    }

    private static RegisterEffect? OfMove(in Instruction instruction, in InstructionInfo info, int number, int size)
    {
        switch (instruction.Op1Kind)
        {
            case OpKind.Register when X86Decoder.Number(instruction.Op1Register) is >= 0 and < X86RegisterFile.Rip and var source:
                return new RegisterEffect(number, EffectKind.Copy) { Source = source, Bytes = size };
            case OpKind.Memory:
                return Load(info, number, size, false);
            case >= OpKind.Immediate8 and <= OpKind.Immediate32to64:
                ulong value = instruction.GetImmediate(1);
                return new RegisterEffect(number, EffectKind.Constant) { Constant = unchecked((long)(size == 4 ? (uint)value : value)) };
            default:
                return null;
        }
    }

    private static RegisterEffect? OfExtension(in Instruction instruction, in InstructionInfo info, int number)
    {
        bool isSigned = instruction.Mnemonic != Mnemonic.Movzx;
        if (instruction.Op1Kind == OpKind.Memory)
        {
            return Load(info, number, instruction.MemorySize.GetSize(), isSigned);
        }

        int source = X86Decoder.Number(instruction.Op1Register);
        bool isHighByte = instruction.Op1Register is Register.AH or Register.BH or Register.CH or Register.DH;
        return source < 0 || isHighByte ? null
            : new RegisterEffect(number, EffectKind.Copy) { Source = source, Bytes = instruction.Op1Register.GetSize(), IsSigned = isSigned };
    }

    private static RegisterEffect? Load(in InstructionInfo info, int number, int bytes, bool isSigned)
    {
        foreach (UsedMemory used in info.GetUsedMemory())
        {
            if (AccessOf(used.Access) == MemoryAccess.Read)
            {
                return new RegisterEffect(number, EffectKind.Load) { Memory = OperandOf(used, MemoryAccess.Read, false), Bytes = bytes, IsSigned = isSigned };
            }
        }

        return null;
    }

    private static MemoryOperand AddressOf(in Instruction instruction)
    {
        bool isRelative = instruction.IsIPRelativeMemoryOperand;
        return new MemoryOperand(
            isRelative ? -1 : X86Decoder.Number(instruction.MemoryBase),
            X86Decoder.Number(instruction.MemoryIndex),
            instruction.MemoryIndexScale,
            unchecked((long)(isRelative ? instruction.IPRelativeMemoryAddress : instruction.MemoryDisplacement64)),
            0,
            MemoryAccess.None);
    }

    private static MemoryOperand OperandOf(in UsedMemory used, MemoryAccess access, bool isImplicit)
    {
        // Iced has added rip already: what is left is the address itself.
        int start = X86Decoder.Number(used.Base);
        return new MemoryOperand(
            start == X86RegisterFile.Rip ? -1 : start,
            X86Decoder.Number(used.Index),
            Math.Max(used.Scale, 1),
            unchecked((long)used.Displacement),
            used.MemorySize.GetSize(),
            access)
        {
            IsPerCpu = used.Segment == Register.GS,
            IsImplicit = isImplicit,
        };
    }

    private static bool IsImplicit(in Instruction instruction, in UsedMemory used)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            bool isWritten = instruction.GetOpKind(i) == OpKind.Memory && (used.Base == instruction.MemoryBase || instruction.IsIPRelativeMemoryOperand)
                && used.Index == instruction.MemoryIndex;
            if (isWritten || instruction.GetOpKind(i) is >= OpKind.MemorySegSI and <= OpKind.MemoryESRDI)
            {
                return false;
            }
        }

        return true;
    }

    private static MemoryAccess AccessOf(OpAccess access) => access switch
    {
        OpAccess.Read or OpAccess.CondRead => MemoryAccess.Read,
        OpAccess.Write or OpAccess.CondWrite => MemoryAccess.Write,
        OpAccess.ReadWrite or OpAccess.ReadCondWrite => MemoryAccess.ReadWrite,
        _ => MemoryAccess.None,
    };
}
