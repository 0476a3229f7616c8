// ResourceLimit: one of a process' limits.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Tasks;

/// <summary>A struct rlimit. All bits set means that there is no limit.</summary>
/// <param name="Name">RLIMIT_* of include/uapi/asm-generic/resource.h.</param>
/// <param name="Current">The soft limit.</param>
/// <param name="Most">The hard limit.</param>
public sealed record ResourceLimit(string Name, MemberValue Current, MemberValue Most)
{
    /// <summary>The order of all architectures but Alpha, MIPS and SPARC.</summary>
    internal static readonly string[] Names =
    [
        "CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS", "LOCKS", "SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME",
    ];
}
