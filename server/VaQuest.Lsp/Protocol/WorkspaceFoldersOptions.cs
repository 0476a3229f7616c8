// WorkspaceFoldersOptions: workspace folders support.
namespace VaQuest.Lsp.Protocol;

/// <summary>Changes are wanted as notifications.</summary>
public sealed record WorkspaceFoldersOptions(bool Supported, bool ChangeNotifications);
