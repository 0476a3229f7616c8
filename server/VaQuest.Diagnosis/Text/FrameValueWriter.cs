// FrameValueWriter: writes the values of one frame below its line.
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Text;

/// <summary>Writes whole lines, or nothing.</summary>
/// <param name="text">The document, at the start of a line.</param>
/// <param name="stack">The stack.</param>
/// <param name="frame">Index of the frame whose line was written last.</param>
internal delegate void FrameValueWriter(AnnotatedTextBuilder text, StackTrace stack, int frame);
