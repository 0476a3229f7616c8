// ConfigurationItem: a section to pull.
namespace VaQuest.Lsp.Protocol;

/// <summary>Of workspace/configuration.</summary>
public sealed record ConfigurationItem(string Section);
