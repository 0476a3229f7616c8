// SilentDump: a dump that says less than the one it was made of.
using VaQuest.Dumps;
using VaQuest.Dumps.Vmcoreinfo;

namespace VaQuest.Kernel.Tests.Recovery;

/// <summary>Takes away from a real dump what some formats do not record.</summary>
internal static class SilentDump
{
    /// <param name="dump">The dump; it stays the owner of its file.</param>
    /// <param name="memory">Its memory, or one that hides a part.</param>
    /// <param name="cpus">Control registers to add.</param>
    /// <param name="architecture">The architecture that the headers tell.</param>
    public static Vmcore Of(
        Vmcore dump, IPhysicalMemory? memory = null, IReadOnlyList<QemuCpuState>? cpus = null, string? architecture = null) => new()
    {
        Path = dump.Path,
        Format = dump.Format,
        Architecture = architecture ?? dump.Architecture,
        IsBigEndian = dump.IsBigEndian,
        WordSize = dump.WordSize,
        PageSize = dump.PageSize,
        IsComplete = dump.IsComplete,
        PhysicalBytes = dump.PhysicalBytes,
        Memory = memory ?? dump.Memory,
        Pages = dump.Pages,
        Ranges = dump.Ranges,
        CpuNotes = dump.CpuNotes,
        QemuCpus = cpus ?? [],
        Vmcoreinfo = VmcoreinfoTable.Empty,
    };
}
