// OwnerTrack: who allocated or freed an object, as the kernel recorded it.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Checkers;

/// <summary>One record.</summary>
/// <param name="IsFree">True for who freed it last, false for who allocated it last.</param>
/// <param name="Pid">The thread; -1 when it was not recorded.</param>
/// <param name="Frames">Return addresses, innermost first; empty when the kernel kept none or they cannot be read.</param>
public sealed record OwnerTrack(bool IsFree, int Pid, IReadOnlyList<VirtAddr> Frames);
