// BlockRequest: a request to a disk that was not done.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Block;

/// <summary>A request (struct request).</summary>
/// <param name="Object">Its structure.</param>
/// <param name="Disk">Name of the disk, or null.</param>
/// <param name="Operation">read, write, flush, …</param>
/// <param name="State">"in flight" (the driver has it), "complete" (done, not yet freed), or "waits" (allocated or in the scheduler).</param>
/// <param name="Tag">Its number in the hardware queue's tags, or in the scheduler's while it waits.</param>
/// <param name="AgeSeconds">Since it was made; null when the kernel did not note it.</param>
/// <param name="Bios">Its bios, in order.</param>
/// <param name="Damage">Where the list of bios broke off, or null.</param>
public sealed record BlockRequest(
    ObjectView Object, string? Disk, string Operation, string State, long Tag, double? AgeSeconds, IReadOnlyList<BlockIo> Bios, string? Damage);
