// FrameEntryHeader: length and kind of an entry of .debug_frame or .eh_frame.
namespace VaQuest.DebugInfo.Frames;

/// <summary>Where an entry is, and whether it is a CIE.</summary>
/// <param name="Offset">Of the entry, from the section's start.</param>
/// <param name="BodyOffset">Behind length and id, from the section's start.</param>
/// <param name="End">First byte behind the entry.</param>
/// <param name="CommonOffset">Of a description: where its CIE is; -1 for a CIE.</param>
internal readonly record struct FrameEntryHeader(long Offset, long BodyOffset, long End, long CommonOffset)
{
    public bool IsCommon => CommonOffset < 0;
}
