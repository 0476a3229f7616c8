// SourceResolver: gives the debug information that serves a module.
using VaQuest.DebugInfo.Lines;

namespace VaQuest.Kernel.Unwind;

/// <summary>
/// The debug information of a module, or of the kernel image when <paramref name="module"/> is null; null when there is none. May open files
/// on first need; must be safe for concurrent callers.
/// </summary>
public delegate ISourceLookup? SourceResolver(string? module);
