// FunctionCode: the instructions of one function, and which may come before which.
using VaQuest.Binary;

namespace VaQuest.Kernel.Code;

/// <summary>
/// Decoded code in one or two ranges (compilers put what is rarely executed apart). Where control may come from is complete but for what
/// <see cref="HasUnknownJumps"/> and instructions without predecessors tell. Immutable.
/// </summary>
public sealed class FunctionCode
{
    private readonly MachineInstruction[] _instructions;
    private readonly int[][] _predecessors;

    internal FunctionCode(VirtAddr start, string name, MachineInstruction[] instructions, bool hasUnknownJumps, string? damage)
    {
        Start = start;
        Name = name;
        _instructions = instructions;
        HasUnknownJumps = hasUnknownJumps;
        Damage = damage;
        _predecessors = FindPredecessors();
    }

    /// <summary>Where the function is entered.</summary>
    public VirtAddr Start { get; }

    public string Name { get; }

    /// <summary>By address.</summary>
    public IReadOnlyList<MachineInstruction> Instructions => _instructions;

    /// <summary>True when a jump goes through a table, so that where it leads is not known.</summary>
    public bool HasUnknownJumps { get; }

    /// <summary>Why the code is not whole: one sentence; null when it is.</summary>
    public string? Damage { get; }

    /// <summary>Index of the instruction at an address, or -1.</summary>
    public int IndexAt(VirtAddr address)
    {
        int low = 0;
        int high = _instructions.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            VirtAddr at = _instructions[middle].Address;
            if (at == address)
            {
                return middle;
            }

            (low, high) = at < address ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>Index of the instruction that ends at an address, as a call's does at its return address; or -1.</summary>
    public int IndexEndingAt(VirtAddr address)
    {
        int next = IndexAt(address);
        if (next > 0)
        {
            return _instructions[next - 1].End == address ? next - 1 : -1;
        }

        return Array.FindIndex(_instructions, instruction => instruction.End == address);
    }

    /// <summary>The instructions after which an instruction may be executed; empty for the entry and for what only unknown jumps lead to.</summary>
    public ReadOnlySpan<int> PredecessorsOf(int index) => _predecessors[index];

    public bool IsEntry(int index) => _instructions[index].Address == Start;

    /// <summary>True when control goes from an instruction to the next one in memory.</summary>
    public static bool FallsThrough(MachineInstruction instruction) =>
        instruction.Flow is not (CodeFlow.Jump or CodeFlow.IndirectJump or CodeFlow.Return);

    private int[][] FindPredecessors()
    {
        var lists = new int[_instructions.Length][];
        Array.Fill(lists, []);
        for (int i = 0; i < _instructions.Length; i++)
        {
            MachineInstruction instruction = _instructions[i];
            if (instruction.Flow is CodeFlow.Jump or CodeFlow.ConditionalJump && instruction.Target is { } target && IndexAt(target) is >= 0 and var at)
            {
                lists[at] = [.. lists[at], i];
            }
        }

        for (int i = 0; i < _instructions.Length; i++)
        {
            MachineInstruction instruction = _instructions[i];
            bool isFollowed = i + 1 < _instructions.Length && _instructions[i + 1].Address == instruction.End;

            // What fills the room behind a return or jump is never executed.
            bool isFiller = lists[i].Length == 0 && !IsEntry(i) && instruction.Operation is ("int3" or "nop");
            if (isFollowed && !isFiller && FallsThrough(instruction))
            {
                lists[i + 1] = [.. lists[i + 1], i];
            }
        }

        return lists;
    }
}
