// ICallSiteLookup: the calls of functions, by address.
namespace VaQuest.DebugInfo.CallSites;

/// <summary>Call sites of one image (vmlinux or a module). Safe for concurrent callers; never throws on data.</summary>
public interface ICallSiteLookup
{
    /// <summary>The calls of the function whose code covers an address, or null when no debug information describes it.</summary>
    /// <param name="address">Link-time address; for a relocatable file the offset inside <paramref name="section"/>.</param>
    /// <param name="section">Section name of a relocatable file; null for an executable image.</param>
    FunctionCallSites? FindCallSites(ulong address, string? section);
}
