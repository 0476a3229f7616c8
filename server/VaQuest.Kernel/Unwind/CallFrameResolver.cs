// CallFrameResolver: gives the DWARF call frames that serve a module.
using VaQuest.DebugInfo.Frames;

namespace VaQuest.Kernel.Unwind;

/// <summary>
/// The call frame rows of a module, or of the kernel image when <paramref name="module"/> is null; null when there are none. May open files
/// on first need; must be safe for concurrent callers.
/// </summary>
public delegate ICallFrameLookup? CallFrameResolver(string? module);
