// NoParams: parameters of methods that take none.
namespace VaQuest.Lsp.Server.Wire;

/// <summary>Accepts anything, keeps nothing.</summary>
public sealed record NoParams;
