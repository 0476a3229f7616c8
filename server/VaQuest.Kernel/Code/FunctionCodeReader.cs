// FunctionCodeReader: decodes functions of the crashed kernel from the dump's own bytes.
using VaQuest.Binary;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Kernel.Code;

/// <summary>Reads code. Never throws on data.</summary>
public sealed class FunctionCodeReader(IInstructionDecoder decoder, KernelReader reader, Func<VirtAddr, SymbolHit?> findSymbol, Func<string, IReadOnlyList<KernelSymbol>> findByName)
{
    /// <summary>Bytes of one function; the largest of a distribution's kernel has some 40 KiB.</summary>
    private const ulong MaxBytes = 64 << 10;

    private const string ColdSuffix = ".cold";

    public IInstructionDecoder Decoder => decoder;

    /// <summary>The function that an address is in; null when no symbol covers it or its code is not in the dump.</summary>
    public FunctionCode? Read(VirtAddr address)
    {
        if (findSymbol(address) is not { } hit || hit.Symbol.Size is 0 or > MaxBytes)
        {
            return null;
        }

        bool isCold = hit.Symbol.Name.Contains(ColdSuffix, StringComparison.Ordinal);
        KernelSymbol main = isCold && FindParent(hit.Symbol) is { } parent ? parent : hit.Symbol;
        KernelSymbol? cold = isCold ? hit.Symbol : null;
        var instructions = new List<MachineInstruction>();
        string? damage = Decode(main, instructions);
        if (cold is not null && cold != main)
        {
            damage ??= Decode(cold, instructions);
        }

        if (instructions.Count == 0)
        {
            return null;
        }

        instructions.Sort((left, right) => left.Address.CompareTo(right.Address));
        bool hasTable = instructions.Exists(UsesTable);
        return new FunctionCode(main.Address, main.Name, [.. instructions], hasTable || (isCold && main == cold), damage);
    }

    /// <summary>One instruction; null when its bytes are not there or are none.</summary>
    public MachineInstruction? ReadOne(VirtAddr address, out ReadOutcome outcome)
    {
        Span<byte> code = stackalloc byte[16];
        code = code[..decoder.MaxLength];
        outcome = reader.Read(address, code);
        return outcome.BytesRead > 0 ? decoder.Decode(address, code[..outcome.BytesRead]) : null;
    }

    /// <summary>An instruction as objdump writes it, or null.</summary>
    public string? Format(VirtAddr address)
    {
        Span<byte> code = stackalloc byte[16];
        code = code[..decoder.MaxLength];
        int got = reader.Read(address, code).BytesRead;
        return got > 0 ? decoder.Format(address, code[..got]) : null;
    }

    private string? Decode(KernelSymbol symbol, List<MachineInstruction> instructions)
    {
        byte[] code = new byte[Math.Min(symbol.Size, MaxBytes)];
        ReadOutcome outcome = reader.Read(symbol.Address, code);
        int at = 0;
        while (at < outcome.BytesRead)
        {
            MachineInstruction? instruction = decoder.Decode(symbol.Address + (ulong)at, code.AsSpan(at, Math.Min(decoder.MaxLength, outcome.BytesRead - at)));
            if (instruction is null)
            {
                return FormattableString.Invariant($"the bytes at {symbol.Address + (ulong)at} are no instruction");
            }

            instructions.Add(instruction);
            at += instruction.Length;
        }

        return outcome.IsOk ? null : FormattableString.Invariant($"the code of {symbol.Name} is not whole: {outcome}");
    }

    // Names of static functions repeat: the parent is the one that jumps here.
    private KernelSymbol? FindParent(KernelSymbol cold)
    {
        string name = cold.Name[..cold.Name.IndexOf(ColdSuffix, StringComparison.Ordinal)];
        foreach (KernelSymbol candidate in findByName(name))
        {
            var instructions = new List<MachineInstruction>();
            bool isNear = candidate.Module == cold.Module && candidate.Size is > 0 and <= MaxBytes && Decode(candidate, instructions) is null;
            if (isNear && instructions.Exists(instruction => instruction.Target is { } target && target - cold.Address < cold.Size))
            {
                return candidate;
            }
        }

        return null;
    }

    // A jump through a table has a scaled index and no base; kernels with retpolines have none.
    private static bool UsesTable(MachineInstruction instruction) =>
        instruction.Flow == CodeFlow.IndirectJump && instruction.TargetRegister < 0 && instruction.Memory is [{ Index: >= 0 }, ..];
}
