// UserArea: a mapping of a process.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Users;

/// <summary>A vm_area_struct that holds a user address.</summary>
/// <param name="Address">Address of the vm_area_struct.</param>
/// <param name="Start">First user address.</param>
/// <param name="End">First user address behind.</param>
/// <param name="Flags">vm_flags.</param>
/// <param name="File">The struct file that is mapped; null for anonymous memory.</param>
/// <param name="FileOffset">Bytes from the file's start to the area's; 0 for anonymous memory.</param>
/// <param name="Role">heap, stack, or null.</param>
public sealed record UserArea(VirtAddr Address, VirtAddr Start, VirtAddr End, ulong? Flags, VirtAddr? File, ulong FileOffset, string? Role)
{
    /// <summary>"r-xp" as in /proc/PID/maps: VM_READ 1, VM_WRITE 2, VM_EXEC 4, VM_SHARED 8.</summary>
    public string Permissions => Flags is { } flags
        ? string.Concat((flags & 1) != 0 ? "r" : "-", (flags & 2) != 0 ? "w" : "-", (flags & 4) != 0 ? "x" : "-", (flags & 8) != 0 ? "s" : "p")
        : "????";
}
