// VmcoreinfoCandidate: a VMCOREINFO text found in memory, and what speaks for it.
using VaQuest.Binary;
using VaQuest.Dumps.Vmcoreinfo;

namespace VaQuest.Kernel.Recovery;

/// <summary>One place in memory that looks like VMCOREINFO.</summary>
/// <param name="At">Physical address of the text.</param>
/// <param name="Table">The text, parsed.</param>
/// <param name="Machine">uname's machine field of the kernel that the text describes, when its release is the text's; else null.</param>
internal sealed record VmcoreinfoCandidate(PhysAddr At, VmcoreinfoTable Table, string? Machine)
{
    /// <summary>True when the kernel's own utsname, found by the addresses in the text, has the text's release.</summary>
    public bool IsConfirmed => Machine is not null;

    /// <summary>The crashed kernel adds the time of its crash; a kernel that only lies in memory does not.</summary>
    public bool HasCrashTime => Table.Find("CRASHTIME") is not null;
}
