// SymbolSearch: finds tasks and symbols by a part of their names.
using VaQuest.Diagnosis.Browse.Tree;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>Searches the tasks, and the symbols of the kernel and its modules.</summary>
internal static class SymbolSearch
{
    /// <summary>Tasks shown before the symbols: a machine may have thousands of one name.</summary>
    private const int MaxTasks = 50;

    /// <summary>Tasks by name or PID, then symbols whose names contain a query, ignoring case; the kernel's first.</summary>
    public static IReadOnlyList<SpanTarget> Find(LinuxKernel kernel, string query, int limit, CancellationToken cancellation)
    {
        var found = new List<SpanTarget>();
        if (query.Length == 0 || limit <= 0)
        {
            return found;
        }

        foreach (KernelTask task in kernel.Tasks.All)
        {
            bool isMeant = task.Comm.Contains(query, StringComparison.OrdinalIgnoreCase) || Words.Number(task.Pid) == query;
            if (isMeant && found.Count < Math.Min(MaxTasks, limit))
            {
                found.Add(TaskTarget.Of(task));
            }
        }

        foreach (KernelSymbol symbol in kernel.Symbols.Search(query, limit - found.Count, cancellation))
        {
            found.Add(new SpanTarget { Address = symbol.Address, Symbol = symbol.Name, Size = symbol.Size, Module = symbol.Module });
        }

        return found;
    }
}
