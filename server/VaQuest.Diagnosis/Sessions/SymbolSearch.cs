// SymbolSearch: finds symbols by a part of their names.
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>Searches the symbols of the kernel and its modules.</summary>
internal static class SymbolSearch
{
    /// <summary>Symbols whose names contain a query, ignoring case; the kernel's first.</summary>
    public static IReadOnlyList<SpanTarget> Find(LinuxKernel kernel, string query, int limit, CancellationToken cancellation)
    {
        var found = new List<SpanTarget>();
        if (query.Length == 0 || limit <= 0)
        {
            return found;
        }

        foreach (KernelSymbol symbol in kernel.Symbols.Search(query, limit, cancellation))
        {
            found.Add(new SpanTarget { Address = symbol.Address, Symbol = symbol.Name, Size = symbol.Size, Module = symbol.Module });
        }

        return found;
    }
}
