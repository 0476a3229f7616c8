// LockNames: names locks by the symbol or the object that they are in.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Diagnosis.Values.Expressions;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Unwind;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>
/// A lock in a symbol's object is "depot.gate" when the object's type is known, else "depot+0x10"; one that a variable of the waiting function's
/// callers leads to is "from->lock of the struct account at 0x…". Anything else is its address.
/// </summary>
internal sealed class LockNames(SessionValues values, Func<VirtAddr, SymbolHit?> findSymbol)
{
    /// <summary>Members of members; the deepest locks of the kernel are about five structures down.</summary>
    private const int MaxDepth = 8;

    /// <summary>Callers whose variables are looked at.</summary>
    private const int MaxFrames = 6;

    private static readonly HashSet<string> s_lockTypes = new(StringComparer.Ordinal)
    {
        "mutex", "rw_semaphore", "rt_mutex", "rt_mutex_base", "semaphore", "completion", "percpu_rw_semaphore", "spinlock", "raw_spinlock", "qspinlock", "rwlock_t",
        "qrwlock", "wait_queue_head", "__wait_queue_head", "swait_queue_head",
    };

    /// <summary>The name of a lock, for people.</summary>
    /// <param name="address">The lock.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="stack">The stack of a task that waits for it, with inlined frames; null when there is none.</param>
    /// <param name="caller">Index of the first frame outside of the waiting functions.</param>
    public string Find(VirtAddr address, LockKind kind, StackTrace? stack, int caller)
    {
        if (findSymbol(address) is { Symbol.IsText: false } hit && (hit.Symbol.Size == 0 || hit.Offset < hit.Symbol.Size))
        {
            string module = hit.Symbol.Module is { } name ? $" [{DumpText.Escape(name)}]" : "";
            return (MemberOf(hit) ?? DumpText.Escape(hit.Symbol.Name) + (hit.Offset == 0 ? "" : "+" + Words.Hex(hit.Offset))) + module;
        }

        if (stack is not null && caller >= 0)
        {
            for (int i = caller; i < stack.Frames.Count && i < caller + MaxFrames; i++)
            {
                if (ByVariable(address, stack, i) is { } found)
                {
                    return found;
                }
            }
        }

        return (kind is LockKind.Page or LockKind.Bit ? "" : "at ") + Words.Hex(address.Value);
    }

    /// <summary>The member at an offset of a type, dotted, down to the lock; null when there is none.</summary>
    internal static string? PathTo(KernelValues kernel, CType type, long offset)
    {
        string path = "";
        CType current = kernel.Resolve(type);
        for (int depth = 0; depth < MaxDepth; depth++)
        {
            if (current is ArrayType array && kernel.SizeOf(array.Element) is > 0 and { } size)
            {
                path += FormattableString.Invariant($"[{offset / size}]");
                offset %= size;
                current = kernel.Resolve(array.Element);
                continue;
            }

            if (offset == 0 && s_lockTypes.Contains(current.Name))
            {
                return path;
            }

            if (current is not StructType structure || MemberAt(kernel, structure, offset) is not { } member)
            {
                return null;
            }

            path += member.Name.Length == 0 ? "" : "." + member.Name;
            offset -= member.ByteOffset;
            current = kernel.Resolve(member.Type);
        }

        return null;
    }

    private static StructMember? MemberAt(KernelValues kernel, StructType structure, long offset)
    {
        foreach (StructMember member in structure.Members)
        {
            if (member.BitSize == 0 && offset >= member.ByteOffset && kernel.SizeOf(member.Type) is { } size && offset < member.ByteOffset + size
                && (!structure.IsUnion || kernel.Resolve(member.Type) is StructType))
            {
                return member;
            }
        }

        return null;
    }

    private string? MemberOf(SymbolHit hit)
    {
        try
        {
            TypedValue value = values.Evaluate(hit.Symbol.Name, new EvaluationScope(), CancellationToken.None).Value;
            return value.Address == hit.Symbol.Address && PathTo(values.Kernel, value.Type, (long)hit.Offset) is { } path ? DumpText.Escape(hit.Symbol.Name + path) : null;
        }
        catch (ExpressionException)
        {
            return null;
        }
    }

    private string? ByVariable(VirtAddr address, StackTrace stack, int frame)
    {
        foreach (FrameValue value in values.ReadFrame(stack, frame).Values)
        {
            TypedValue? pointer = value.Absence is null ? value.Value : value.AtEntry;
            if (pointer is null || values.Kernel.Resolve(value.Type) is not PointerType type || values.Kernel.Resolve(type.Target) is not StructType target
                || !values.Kernel.TryReadPointer(pointer, out VirtAddr start, out _) || start.Value == 0)
            {
                continue;
            }

            ulong offset = address - start;
            if (offset < (ulong)(target.ByteSize ?? 0) && PathTo(values.Kernel, target, (long)offset) is { Length: > 0 } path)
            {
                return $"{value.Name}->{DumpText.Escape(path[1..])} of the struct {DumpText.Escape(target.Name)} at {Words.Hex(start.Value)}";
            }
        }

        return null;
    }
}
