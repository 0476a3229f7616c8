// IMachineFrames: the way from machine addresses to the physical addresses of a paravirtualised Xen guest.
using VaQuest.Binary;

namespace VaQuest.Dumps;

/// <summary>
/// A paravirtualised guest's page tables hold machine addresses, while its memory here is by its own physical addresses. Safe for concurrent use.
/// </summary>
public interface IMachineFrames
{
    /// <summary>The guest's physical address of a machine address; false when the machine frame is not the guest's, or not in the dump.</summary>
    bool TryToPhysical(ulong machineAddress, out PhysAddr address);
}
