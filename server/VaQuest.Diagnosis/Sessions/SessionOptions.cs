// SessionOptions: where to look for what a dump needs.
using VaQuest.Diagnosis.Findings;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>Choices of the user, from the command line or the editor's settings. All paths are absolute.</summary>
public sealed record SessionOptions
{
    /// <summary>The kernel's debug file, or null to search.</summary>
    public string? Vmlinux { get; init; }

    /// <summary>Directories with debug files, searched by build id, then by conventional path.</summary>
    public IReadOnlyList<string> DebugDirectories { get; init; } = [];

    /// <summary>Kernel trees and module sources.</summary>
    public IReadOnlyList<string> SourceRoots { get; init; } = [];

    /// <summary>Prefix in debug information to a directory here; the longest prefix wins.</summary>
    public IReadOnlyDictionary<string, string> SourceMap { get; init; } = new Dictionary<string, string>();

    /// <summary>Files with the user's known issues.</summary>
    public IReadOnlyList<string> RuleFiles { get; init; } = [];

    /// <summary>Reads one of <see cref="RuleFiles"/>; throws <see cref="VaQuest.Binary.DumpFormatException"/> with one sentence. Null: none is read.</summary>
    public Func<string, IReadOnlyList<KnownIssue>>? ReadRules { get; init; }

    /// <summary>False: use only what the dump holds.</summary>
    public bool UseDebugInfo { get; init; } = true;
}
