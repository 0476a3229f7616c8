// StackSlots: what a function keeps in its own stack frame.
namespace VaQuest.Kernel.Code;

/// <summary>Follows values through spills. The depth of the stack is known where every way to an instruction agrees on it.</summary>
internal sealed class StackSlots
{
    private readonly FunctionCode _code;
    private readonly int _stackRegister;
    private readonly long?[] _depths;
    private readonly long _lowestTaken;

    public StackSlots(FunctionCode code, int stackRegister)
    {
        _code = code;
        _stackRegister = stackRegister;
        _depths = FindDepths();
        _lowestTaken = FindLowestTaken();
    }

    /// <summary>See <see cref="ValueFlow.FindStackStore"/>.</summary>
    public MemoryStore? FindStore(int index, MemoryOperand operand, out int storeIndex)
    {
        storeIndex = -1;
        if (SlotOf(index, operand) is not { } slot)
        {
            return null;
        }

        // Behind the lowest address that the function gives away, others may write.
        bool isOpen = slot >= _lowestTaken;
        MemoryStore? found = null;
        bool[] seen = new bool[_code.Instructions.Count];
        var pending = new Stack<int>(_code.PredecessorsOf(index).ToArray());
        if (_code.IsEntry(index) || pending.Count == 0)
        {
            return null;
        }

        while (pending.TryPop(out int at))
        {
            if (seen[at])
            {
                continue;
            }

            seen[at] = true;
            MachineInstruction instruction = _code.Instructions[at];
            bool isWritten = WritesSlot(at, instruction, slot, operand.Bytes, out bool isWhole);
            bool mayWrite = isOpen && instruction.Flow is CodeFlow.Call or CodeFlow.IndirectCall;
            if (isWritten || mayWrite)
            {
                if (!isWhole || mayWrite || instruction.Store is null || (storeIndex >= 0 && storeIndex != at))
                {
                    return null;
                }

                found = instruction.Store;
                storeIndex = at;
                continue;
            }

            ReadOnlySpan<int> before = _code.PredecessorsOf(at);
            if (before.Length == 0 || _code.IsEntry(at) || _code.HasUnknownJumps)
            {
                return null;
            }

            foreach (int next in before)
            {
                pending.Push(next);
            }
        }

        return found;
    }

    private bool WritesSlot(int at, MachineInstruction instruction, long slot, int bytes, out bool isWhole)
    {
        isWhole = false;
        foreach (MemoryOperand operand in instruction.Memory)
        {
            bool isWrite = (operand.Access & MemoryAccess.Write) != 0;
            if (isWrite && SlotOf(at, operand) is { } written && written < slot + Math.Max(bytes, 1) && written + Math.Max(operand.Bytes, 1) > slot)
            {
                isWhole = written == slot && operand.Bytes == bytes;
                return true;
            }
        }

        return false;
    }

    /// <summary>See <see cref="ValueFlow.FindDepth"/>.</summary>
    public long? DepthAt(int index) => _depths[index];

    /// <summary>See <see cref="ValueFlow.FindSlot"/>.</summary>
    public long? SlotOf(int index, MemoryOperand operand) =>
        operand.Base == _stackRegister && operand.Index < 0 && _depths[index] is { } depth ? depth + operand.Displacement : null;

    private long FindLowestTaken()
    {
        long lowest = long.MaxValue;
        for (int i = 0; i < _code.Instructions.Count; i++)
        {
            foreach (RegisterEffect effect in _code.Instructions[i].Effects)
            {
                bool isTaken = effect.Register != _stackRegister
                    && ((effect.Kind == EffectKind.Address && effect.Memory?.Base == _stackRegister) || (effect.Kind == EffectKind.Copy && effect.Source == _stackRegister));
                if (isTaken)
                {
                    lowest = Math.Min(lowest, _depths[i] is { } depth ? depth + (effect.Memory?.Displacement ?? 0) : long.MinValue);
                }
            }
        }

        return lowest;
    }

    // Bytes between the stack pointer and where it stood at the function's entry, before each instruction.
    private long?[] FindDepths()
    {
        var depths = new long?[_code.Instructions.Count];
        var conflicts = new bool[depths.Length];
        int[][] followers = Followers();
        var pending = new Queue<int>();
        int entry = _code.IndexAt(_code.Start);
        if (entry < 0)
        {
            return depths;
        }

        depths[entry] = 0;
        pending.Enqueue(entry);
        while (pending.TryDequeue(out int at))
        {
            long? after = conflicts[at] ? null : depths[at] + _code.Instructions[at].StackDelta;
            foreach (int next in followers[at])
            {
                if (depths[next] is null && !conflicts[next] && after is not null)
                {
                    depths[next] = after;
                    pending.Enqueue(next);
                }
                else if (depths[next] is { } known && known != after)
                {
                    depths[next] = null;
                    conflicts[next] = true;
                    pending.Enqueue(next);
                }
            }
        }

        return depths;
    }

    private int[][] Followers()
    {
        var followers = new int[_code.Instructions.Count][];
        Array.Fill(followers, []);
        for (int i = 0; i < followers.Length; i++)
        {
            foreach (int before in _code.PredecessorsOf(i))
            {
                followers[before] = [.. followers[before], i];
            }
        }

        return followers;
    }
}
