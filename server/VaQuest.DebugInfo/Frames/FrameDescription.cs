// FrameDescription: a frame description entry (FDE): the range and the program of one function.
namespace VaQuest.DebugInfo.Frames;

/// <summary>A decoded FDE.</summary>
/// <param name="Common">Its CIE.</param>
/// <param name="Start">Link-time address of the range's first byte.</param>
/// <param name="Length">Bytes of the range.</param>
/// <param name="Program">Its instructions: bytes from the section's start.</param>
/// <param name="ProgramLength">Bytes of the instructions.</param>
internal readonly record struct FrameDescription(CommonEntry Common, ulong Start, ulong Length, long Program, int ProgramLength)
{
    public bool Contains(ulong address) => unchecked(address - Start) < Length;
}
