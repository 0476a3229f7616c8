// SymbolTypes: variables and functions of the kernel and its modules as C names with types.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Looks symbols up by address. Never throws on data.</summary>
internal sealed class SymbolTypes(OpenedDump opened, SessionValues values)
{
    /// <summary>The variable that an address is in: the address of its expression; null when it is in none.</summary>
    public CName? FindVariable(VirtAddr address)
    {
        if (opened.Kernel.Symbols.FindAt(address) is not { } hit || (hit.Symbol.Size > 0 && hit.Offset >= hit.Symbol.Size) || hit.Symbol.IsText)
        {
            return null;
        }

        return new CName(DumpText.Escape(hit.Symbol.Name), values.FindVariableType(hit.Symbol), (long)hit.Offset) { IsAddress = true };
    }

    /// <summary>True when a per-CPU offset is where a CPU keeps its current task (current_task, since 6.2 in pcpu_hot).</summary>
    public bool IsCurrentTask(long offset)
    {
        VirtAddr? plain = opened.Kernel.Symbols.FindAddress("current_task");
        VirtAddr? hot = opened.Kernel.Symbols.FindAddress("pcpu_hot");
        return (plain is { } task && task.Value == (ulong)offset)
            || (hot is { } area && opened.Kernel.Types.FindOffset("pcpu_hot", "current_task") is { } member && area.Value + member == (ulong)offset);
    }

    /// <summary>A pointer to a structure of the kernel, or null when its types do not have it.</summary>
    public CType? PointerTo(string tag) => values.FindKernelStruct(tag) is { } found ? new PointerType(FixedType.To(found), opened.Kernel.Reader.WordSize) : null;

    /// <summary>The parameter of a kernel function by its position, from BTF; null when BTF does not know the function.</summary>
    public CName? FindParameter(string function, int position)
    {
        // Clones of a compiler take other arguments than the function they were made from.
        bool isClone = function.Contains(".isra.", StringComparison.Ordinal) || function.Contains(".constprop.", StringComparison.Ordinal);
        return !isClone && position >= 0 && FindFunction(function) is { } type && position < type.Parameters.Count && type.Parameters[position] is { Name.Length: > 0 } parameter
            ? new CName(DumpText.Escape(parameter.Name), parameter.Type) : null;
    }

    /// <summary>What a kernel function returns, from BTF; null when BTF does not know the function.</summary>
    public CType? FindReturnType(string function) => FindFunction(function)?.ReturnType;

    private FunctionType? FindFunction(string name) => values.FindSymbolType(name)?.Unqualified as FunctionType;
}
