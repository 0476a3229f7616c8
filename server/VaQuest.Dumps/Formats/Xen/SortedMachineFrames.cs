// SortedMachineFrames: machine frames of a paravirtualised Xen guest, sorted, with the guest frame of each.
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.Xen;

/// <summary>16 bytes a page; only paravirtualised guests need it, and they are small.</summary>
internal sealed class SortedMachineFrames : IMachineFrames
{
    private readonly ulong[] _machine;
    private readonly ulong[] _guest;
    private readonly ulong _pageSize;

    /// <param name="machine">Machine frame numbers, in any order.</param>
    /// <param name="guest">The guest frame number of each.</param>
    /// <param name="pageSize">Page size in bytes.</param>
    public SortedMachineFrames(ulong[] machine, ulong[] guest, ulong pageSize)
    {
        Array.Sort(machine, guest);
        _machine = machine;
        _guest = guest;
        _pageSize = pageSize;
    }

    public bool TryToPhysical(ulong machineAddress, out PhysAddr address)
    {
        int found = Array.BinarySearch(_machine, machineAddress / _pageSize);
        address = found < 0 ? default : new PhysAddr((_guest[found] * _pageSize) + (machineAddress % _pageSize));
        return found >= 0;
    }
}
