// KernelOpenOptions: what the composition root may add to what a dump holds itself.
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel;

/// <summary>Options of <see cref="LinuxKernel.Open"/>. Everything is optional: a dump is enough.</summary>
public sealed record KernelOpenOptions
{
    /// <summary>
    /// Opens the types of a vmlinux whose build id was checked; null when there are none. Asked first, because a file is read faster than
    /// compressed pages; else the kernel's BTF in the dump is used.
    /// </summary>
    public Func<ITypeCatalog?>? OpenTypes { get; init; }

    /// <summary>Symbols of a vmlinux whose build id was checked, for kernels whose own table cannot be read.</summary>
    public IImageSymbols? ImageSymbols { get; init; }

    /// <summary>Finds DWARF call frames, with which callee-saved registers are recovered; null when there is no debug information.</summary>
    public CallFrameResolver? CallFrames { get; init; }

    /// <summary>Finds the calls of functions, with which functions that left no frame are found; null when there is no debug information.</summary>
    public CallSiteResolver? CallSites { get; init; }
}
