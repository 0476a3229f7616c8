// OpenDumpFailure: data of the error when a dump cannot be opened.
namespace VaQuest.Lsp.Protocol;

/// <summary>Action is selectVmlinux, openHex or null.</summary>
public sealed record OpenDumpFailure(string Path, string? Action);
