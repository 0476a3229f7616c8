// MountList: the mounts of one namespace.
namespace VaQuest.Kernel.Fs;

/// <summary>Mounts, as far as they could be reached.</summary>
/// <param name="Mounts">In the kernel's order.</param>
/// <param name="Damage">Where and why the walk stopped early, or why there is nothing; null when it is whole.</param>
public sealed record MountList(IReadOnlyList<KernelMount> Mounts, string? Damage);
