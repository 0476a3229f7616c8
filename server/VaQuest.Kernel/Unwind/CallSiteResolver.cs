// CallSiteResolver: gives the call sites that serve a module.
using VaQuest.DebugInfo.CallSites;

namespace VaQuest.Kernel.Unwind;

/// <summary>
/// The call sites of a module, or of the kernel image when <paramref name="module"/> is null; null when there are none. May open files
/// on first need; must be safe for concurrent callers.
/// </summary>
public delegate ICallSiteLookup? CallSiteResolver(string? module);
