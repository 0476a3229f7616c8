// IoWait: the input or output that a task waits for.
using VaQuest.Binary;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>A request to a disk that was not done, and that a task needs.</summary>
/// <param name="Request">Its struct request.</param>
/// <param name="Disk">Name of the disk, escaped; "an unknown disk" when it could not be read.</param>
/// <param name="Operation">read, write, flush, …</param>
/// <param name="Place">"sector 128, 64 KiB", or "" when it has none.</param>
/// <param name="State">"which its driver (arm_queue [lab_disk]) has had for 7.1 s".</param>
/// <param name="How">How it is known that the task needs it, half a sentence.</param>
public sealed record IoWait(VirtAddr Request, string Disk, string Operation, string Place, string State, string How)
{
    /// <summary>"a read request to labdisk (sector 128, 64 KiB), which its driver (arm_queue [lab_disk]) has had for 7.1 s".</summary>
    public string Text => $"a {Operation} request to {Disk}{(Place.Length > 0 ? $" ({Place})" : "")}, {State}";
}
