// SourceStatus: how far the sources of a dump were found.
namespace VaQuest.Lsp.Protocol;

/// <summary>State is found, missing or otherVersion; CompDir is where the kernel was compiled.</summary>
public sealed record SourceStatus(string State, string Summary, string CompDir, string Detail);
