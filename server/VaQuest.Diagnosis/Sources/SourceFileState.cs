// SourceFileState: how a local source file relates to the source that was compiled.
namespace VaQuest.Diagnosis.Sources;

/// <summary>What is known of a source file on this machine.</summary>
public enum SourceFileState
{
    /// <summary>Found, and its tree is of the release that crashed (or it is a module's own source).</summary>
    Matched,

    /// <summary>Found, but the tree is of another version.</summary>
    OtherVersion,

    /// <summary>Found; the tree does not tell its version.</summary>
    UnknownVersion,

    /// <summary>No root has it.</summary>
    NotFound,
}
