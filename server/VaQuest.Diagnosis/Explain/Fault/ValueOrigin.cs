// ValueOrigin: where a bad value was first seen.
using VaQuest.Binary;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>The end of the way back.</summary>
/// <param name="Kind">What was found there.</param>
/// <param name="Frame">The frame in which it was found.</param>
/// <param name="Text">A clause: "loaded from `ring->slots[index]`", "returned by f()".</param>
internal sealed record ValueOrigin(OriginKind Kind, FrameCode Frame, string Text)
{
    /// <summary>Of a load: what was read.</summary>
    public CName? Name { get; init; }

    /// <summary>Of a load: from where.</summary>
    public VirtAddr? Address { get; init; }

    /// <summary>Bytes that were added to what was loaded.</summary>
    public long Added { get; init; }

    /// <summary>Of a load: true when the address itself was found by reading memory as it is now.</summary>
    public bool IsAddressFromMemory { get; init; }

    /// <summary>Of a load: bytes.</summary>
    public int Bytes { get; init; } = 8;

    /// <summary>Of a load: what is there now; null when it is not in the dump.</summary>
    public ulong? ValueNow { get; init; }

    /// <summary>Of a load: the object around it begins here, when that is known.</summary>
    public VirtAddr? Container { get; init; }

    /// <summary>Of a load: how to call the object around it.</summary>
    public CName? ContainerName { get; init; }
}
