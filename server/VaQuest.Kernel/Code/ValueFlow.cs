// ValueFlow: where the value of a register comes from, inside of one function.
using VaQuest.Binary;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel.Code;

/// <summary>
/// Searches the definitions that reach an instruction, backwards over every way control may have come. A value is followed only where one
/// definition alone reaches: then the definition's last execution made the value, whatever loops lie between (the definition dominates the use).
/// Immutable; safe for concurrent use.
/// </summary>
public sealed class ValueFlow
{
    /// <summary>Definitions of one use that are told apart; more ways than this say nothing to a reader.</summary>
    private const int MaxDefinitions = 8;

    /// <summary>Copies and additions followed in a row.</summary>
    private const int MaxSteps = 64;

    private readonly IInstructionDecoder _decoder;
    private readonly Func<VirtAddr, string?> _nameOf;
    private readonly Lazy<StackSlots> _slots;

    /// <param name="code">The function.</param>
    /// <param name="decoder">Knows the calling convention.</param>
    /// <param name="nameOf">The name of the function at an address; null when none begins there.</param>
    public ValueFlow(FunctionCode code, IInstructionDecoder decoder, Func<VirtAddr, string?> nameOf)
    {
        Code = code;
        _decoder = decoder;
        _nameOf = nameOf;
        _slots = new Lazy<StackSlots>(() => new StackSlots(code, decoder.StackRegister));
    }

    public FunctionCode Code { get; }

    /// <summary>What may have given a register the value that it has right before an instruction. Never empty.</summary>
    public IReadOnlyList<RegisterDefinition> FindAll(int index, int register)
    {
        var found = new List<RegisterDefinition>();
        bool[] seen = new bool[Code.Instructions.Count];
        var pending = new Stack<int>();
        Enter(index, register, found, pending, seen);
        while (pending.TryPop(out int at) && found.Count <= MaxDefinitions)
        {
            if (DefinitionAt(at, register) is { } definition)
            {
                Add(found, definition);
            }
            else
            {
                Enter(at, register, found, pending, seen);
            }
        }

        return found.Count is > 0 and <= MaxDefinitions ? found : [new RegisterDefinition(DefinitionKind.Unknown, -1, register)];
    }

    /// <summary>The definition when one alone reaches an instruction, else null.</summary>
    public RegisterDefinition? FindOnly(int index, int register) =>
        FindAll(index, register) is [{ Kind: not DefinitionKind.Unknown } only] ? only : null;

    /// <summary>
    /// The definition behind plain copies and additions of constants, with what was added; null when more than one reaches on the way.
    /// </summary>
    public (RegisterDefinition Root, long Added)? FindRoot(int index, int register)
    {
        long added = 0;
        for (int i = 0; i < MaxSteps; i++)
        {
            if (FindOnly(index, register) is not { } only)
            {
                return null;
            }

            if (Step(only) is not { } next)
            {
                return (only, added);
            }

            added = unchecked(added + next.Added);
            if (FindOnly(next.Index, next.Register) is null)
            {
                return (only, unchecked(added - next.Added));
            }

            (index, register) = (next.Index, next.Register);
        }

        return null;
    }

    /// <summary>
    /// The store that put a stack slot's value where a load finds it, when one alone reaches and nothing else can have changed the slot;
    /// else null.
    /// </summary>
    public MemoryStore? FindStackStore(int index, MemoryOperand operand, out int storeIndex) => _slots.Value.FindStore(index, operand, out storeIndex);

    /// <summary>Bytes from where the stack pointer stood at the function's entry to an operand on the stack; null when it is elsewhere, or not known.</summary>
    public long? FindSlot(int index, MemoryOperand operand) => _slots.Value.SlotOf(index, operand);

    /// <summary>
    /// Where the function saved a register that it must give back, in bytes from where the stack pointer stood at its entry; null when it did
    /// not, or saves it in more than one place.
    /// </summary>
    public long? FindSaved(int register)
    {
        long? found = null;
        for (int i = 0; i < Code.Instructions.Count; i++)
        {
            bool isSave = Code.Instructions[i].Store is { } store && store.Source == register && FindOnly(i, register) is { Kind: DefinitionKind.Entry };
            if (isSave && _slots.Value.SlotOf(i, Code.Instructions[i].Store!.Target) is { } slot)
            {
                if (found is not null && found != slot)
                {
                    return null;
                }

                found = slot;
            }
        }

        return found;
    }

    /// <summary>Bytes from where the stack pointer stood at the function's entry to where it stands before an instruction; null when that is not known.</summary>
    public long? FindDepth(int index) => _slots.Value.DepthAt(index);

    /// <summary>The register that a call goes through: of the instruction, or of the thunk that is called instead; -1 for direct calls.</summary>
    public int CallRegisterOf(MachineInstruction call) => call.TargetRegister >= 0 ? call.TargetRegister
        : call.Target is { } target && _nameOf(target) is { } name ? ThunkRegister(name) : -1;

    /// <summary>True for a call at a function's start that tracing put there, which leaves all registers alone.</summary>
    public bool IsTracingCall(int index)
    {
        MachineInstruction call = Code.Instructions[index];
        bool isFirst = Code.IsEntry(index) || (index > 0 && Code.IsEntry(index - 1) && Code.Instructions[index - 1].Operation == "endbr64");
        return isFirst && call is { Flow: CodeFlow.Call, Target: { } target }
            && _nameOf(target) is null or "__fentry__" or "mcount" or "ftrace_caller" or "ftrace_regs_caller";
    }

    // The value before a copy or addition, or null when the definition is something else.
    private static (int Index, int Register, long Added)? Step(RegisterDefinition definition) => definition.Effect switch
    {
        { Kind: EffectKind.Copy, Bytes: 8 } copy => (definition.Index, copy.Source, 0),
        { Kind: EffectKind.Add } add => (definition.Index, definition.Register, add.Constant),
        { Kind: EffectKind.Address, Memory: { Base: >= 0, Index: < 0, IsPerCpu: false } memory } => (definition.Index, memory.Base, memory.Displacement),
        _ => null,
    };

    // arch/x86/lib/retpoline.S: __x86_indirect_thunk_rax, __x86_indirect_call_thunk_rax.
    private int ThunkRegister(string name)
    {
        if (!FunctionName.IsIndirectThunk(name))
        {
            return -1;
        }

        // The array of thunks begins with the one of rax.
        string register = name[(name.LastIndexOf('_') + 1)..] is var last && last == "array" ? "rax" : last;
        for (int i = 0; i < 16; i++)
        {
            if (_decoder.NameOf(i) == register)
            {
                return i;
            }
        }

        return -1;
    }

    private void Enter(int index, int register, List<RegisterDefinition> found, Stack<int> pending, bool[] seen)
    {
        if (Code.IsEntry(index))
        {
            Add(found, new RegisterDefinition(DefinitionKind.Entry, -1, register));
        }

        ReadOnlySpan<int> before = Code.PredecessorsOf(index);
        bool isLeader = before.Length != 1 || before[0] != index - 1;
        if ((before.Length == 0 && !Code.IsEntry(index)) || (isLeader && Code.HasUnknownJumps && !Code.IsEntry(index)))
        {
            Add(found, new RegisterDefinition(DefinitionKind.Unknown, -1, register));
        }

        foreach (int at in before)
        {
            if (!seen[at])
            {
                seen[at] = true;
                pending.Push(at);
            }
        }
    }

    private RegisterDefinition? DefinitionAt(int index, int register)
    {
        MachineInstruction instruction = Code.Instructions[index];
        if (instruction.Flow is CodeFlow.Call or CodeFlow.IndirectCall)
        {
            return _decoder.IsKeptByCalls(register) || IsTracingCall(index) ? null
                : new RegisterDefinition(register == _decoder.ReturnRegister ? DefinitionKind.CallResult : DefinitionKind.CallClobber, index, register);
        }

        return instruction.EffectOn(register) is { } effect ? new RegisterDefinition(DefinitionKind.Instruction, index, register, effect) : null;
    }

    private static void Add(List<RegisterDefinition> found, RegisterDefinition definition)
    {
        if (!found.Exists(known => known == definition))
        {
            found.Add(definition);
        }
    }
}
