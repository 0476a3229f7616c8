// RegistrationParams: parameters of client/registerCapability.
namespace VaQuest.Lsp.Protocol;

/// <summary>Capabilities to register.</summary>
public sealed record RegistrationParams(IReadOnlyList<Registration> Registrations);
