// FramesResult: answer of vaquest/frames.
namespace VaQuest.Lsp.Protocol;

/// <summary>Innermost first.</summary>
public sealed record FramesResult(IReadOnlyList<StackFrameItem> Frames);
