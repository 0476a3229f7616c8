// DebugFileOptions: where to look for debug files.
namespace VaQuest.DebugInfo.Lookup;

/// <summary>What the user configured. Paths are taken as given; nothing outside them and the system's own places is looked at.</summary>
public sealed record DebugFileOptions
{
    /// <summary>A vmlinux that the user named; looked at first.</summary>
    public string? Vmlinux { get; init; }

    /// <summary>Directories that the user named, in order.</summary>
    public IReadOnlyList<string> Directories { get; init; } = [];

    /// <summary>Where the system's conventional places begin: "/" normally; null to leave them out.</summary>
    public string? SystemRoot { get; init; } = "/";

    /// <summary>Bytes that a compressed module may have after decompression.</summary>
    public long MaxDecompressedModule { get; init; } = 256L << 20;

    /// <summary>Files named .ko that one directory tree may hold. Distributions ship up to about 7,000.</summary>
    public int MaxModuleFiles { get; init; } = 100_000;
}
