// FramesParams: parameters of vaquest/frames.
namespace VaQuest.Lsp.Protocol;

/// <summary>Address of a report.</summary>
public sealed record FramesParams(string Uri);
