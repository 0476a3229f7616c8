// CodeLensOptions: how lenses are served.
namespace VaQuest.Lsp.Protocol;

/// <summary>Lenses come with their commands.</summary>
public sealed record CodeLensOptions(bool ResolveProvider);
