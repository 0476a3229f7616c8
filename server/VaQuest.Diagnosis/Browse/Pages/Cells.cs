// Cells: cells that many pages make.
using VaQuest.Binary;
using VaQuest.Kernel;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>Short ways to cells with their reasons.</summary>
internal static class Cells
{
    /// <summary>A cell for which there is nothing to say: empty text, not an unknown value.</summary>
    public static Cell None { get; } = Cell.Of("");

    /// <summary>The notes that there are.</summary>
    public static IReadOnlyList<string> Notes(params ReadOnlySpan<string?> notes)
    {
        var kept = new List<string>();
        foreach (string? note in notes)
        {
            if (note is not null && !kept.Contains(note))
            {
                kept.Add(note);
            }
        }

        return kept;
    }

    /// <summary>An unsigned member, or absent with the reason.</summary>
    public static Cell UInt(ObjectView view, params ReadOnlySpan<string> paths) =>
        view.UInt(paths) is { } value ? Cell.Of(value) : Cell.Absent(view.Why(paths));

    /// <summary>A signed member, or absent with the reason.</summary>
    public static Cell Int(ObjectView view, params ReadOnlySpan<string> paths) =>
        view.Int(paths) is { } value ? Cell.Of(value) : Cell.Absent(view.Why(paths));

    /// <summary>A code or data address by its symbol; an address that has none as a number; absent when null.</summary>
    public static Cell Symbol(LinuxKernel kernel, VirtAddr? address, string reasonWhenNull, bool isFunction = true)
    {
        if (address is not { } at)
        {
            return Cell.Absent(reasonWhenNull);
        }

        return kernel.Symbols.FindAt(at) is { } hit ? Cell.Symbol(NameOf(hit), at, reasonWhenNull, isFunction) : Cell.Address(at, reasonWhenNull);
    }

    /// <summary>A task by its task_struct, or the bare address when it is not in the list.</summary>
    public static Cell Task(LinuxKernel kernel, VirtAddr? address, string reasonWhenNull)
    {
        if (address is not { } at)
        {
            return Cell.Absent(reasonWhenNull);
        }

        return kernel.Tasks.FindByAddress(at) is { } task ? Task(task) : Cell.Address(at, reasonWhenNull, "struct task_struct");
    }

    /// <summary>A task, its name with its number.</summary>
    public static Cell Task(KernelTask task) => Cell.Task(task.Comm, task.Pid, task.Address);

    private static string NameOf(SymbolHit hit)
    {
        string offset = hit.Offset == 0 ? "" : FormattableString.Invariant($"+0x{hit.Offset:x}");
        return hit.Symbol.Name + offset + (hit.Symbol.Module is { } module ? $" [{module}]" : "");
    }
}
