// ObjectHistories: what the kernel recorded of the object at an address.
using VaQuest.Binary;
using VaQuest.Kernel.Memory.Slabs;

namespace VaQuest.Kernel.Memory.Checkers;

/// <summary>Asks KFENCE, then KASAN, then SLUB's debugging. Safe for concurrent use; never throws on data.</summary>
public sealed class ObjectHistories
{
    private readonly LinuxKernel _kernel;
    private readonly Lazy<KfencePool?> _fence;
    private readonly Lazy<KasanShadow?> _shadow;

    public ObjectHistories(LinuxKernel kernel)
    {
        _kernel = kernel;
        _fence = new Lazy<KfencePool?>(() => KfencePool.Open(kernel));
        _shadow = new Lazy<KasanShadow?>(() => KasanShadow.Open(kernel));
    }

    /// <summary>KFENCE's objects; null when the kernel has none.</summary>
    public KfencePool? Fence => _fence.Value;

    /// <summary>KASAN's shadow; null when the kernel was built without.</summary>
    public KasanShadow? Shadow => _shadow.Value;

    /// <summary>The object at an address, or right beside it; null when there is none.</summary>
    public ObjectHistory? Find(VirtAddr address)
    {
        if (Fence?.Find(address) is { } guarded)
        {
            return guarded;
        }

        if (_kernel.Slabs.FindObject(address, out _) is not { } item)
        {
            return null;
        }

        bool? isFree = item.State switch { SlabObjectState.Allocated => false, SlabObjectState.Free or SlabObjectState.FreeAfterGracePeriod => true, _ => null };
        IReadOnlyList<OwnerTrack> owners = [];
        string? record = null;
        if (Shadow is { } shadow)
        {
            owners = shadow.ReadOwners(item);
            record = owners.Count > 0 ? "KASAN's records" : null;
        }

        if (owners.Count == 0 && item.Cache.HasTracks)
        {
            owners = [.. SlabDebug.ReadTracks(_kernel, item).Where(track => track.Caller.Value != 0)
                .Select(track => new OwnerTrack(track.IsFree, track.Pid, track.Frames.Count > 0 ? track.Frames : [track.Caller]))];
            record = owners.Count > 0 ? "SLUB's user tracking" : null;
        }

        return new ObjectHistory(item.Start, item.Cache.ObjectSize, item.Cache.Name, isFree, record) { Owners = owners };
    }
}
