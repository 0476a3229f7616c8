// WaitGraphParams: parameters of vaquest/waitGraph.
namespace VaQuest.Lsp.Protocol;

/// <summary>Address of a report, or of another document of the dump.</summary>
public sealed record WaitGraphParams(string Uri);
