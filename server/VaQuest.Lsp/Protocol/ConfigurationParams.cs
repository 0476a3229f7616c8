// ConfigurationParams: parameters of workspace/configuration.
namespace VaQuest.Lsp.Protocol;

/// <summary>Sections to pull.</summary>
public sealed record ConfigurationParams(IReadOnlyList<ConfigurationItem> Items);
