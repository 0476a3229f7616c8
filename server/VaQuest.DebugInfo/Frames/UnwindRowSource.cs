// UnwindRowSource: which table an unwind row comes from.
namespace VaQuest.DebugInfo.Frames;

/// <summary>Origin of a row: the proof of the frame that it leads to.</summary>
public enum UnwindRowSource
{
    None,
    Orc,
    CallFrames,
    FramePointer,
}
