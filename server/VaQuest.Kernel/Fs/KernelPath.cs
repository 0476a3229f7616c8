// KernelPath: where a file or directory is.
namespace VaQuest.Kernel.Fs;

/// <summary>A path as the kernel would print it, as far as it could be followed.</summary>
/// <param name="Text">
/// "/var/log/messages"; "pipe:[4711]" for what is in no directory. It begins with "…/" where the way to the root is lost; see
/// <see cref="Problem"/>.
/// </param>
public sealed record KernelPath(string Text)
{
    /// <summary>True when its name was removed from its directory: the file is still open.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>True when the mount it is on was detached (umount -l): no path leads to it any more.</summary>
    public bool IsDetached { get; init; }

    /// <summary>Why the path is not whole, one clause; null when it is.</summary>
    public string? Problem { get; init; }
}
