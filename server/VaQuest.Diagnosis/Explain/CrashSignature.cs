// CrashSignature: a name for a crash that is equal when the crash is.
using System.Text;
using VaQuest.Diagnosis.Reports;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain;

/// <summary>
/// The kind and the functions around the culprit. Only physical frames count, and of the culprit's callers only certain ones: inlined ones depend on debug information,
/// addresses and offsets on the build.
/// </summary>
internal static class CrashSignature
{
    private const int Depth = 4;

    public static string Make(PanicKind kind, IReadOnlyList<StackFrame> frames, int culprit)
    {
        var text = new StringBuilder(PanicKinds.NameOf(kind));
        int written = 0;
        for (int i = Math.Max(0, culprit); culprit >= 0 && i < frames.Count && written < Depth; i++)
        {
            StackFrame frame = frames[i];
            if (frame.Kind == FrameKind.User)
            {
                break;
            }

            if (StackLikeness.NameOf(frame) is { } name && (frame.Proof != FrameProof.Scan || written == 0))
            {
                text.Append(written == 0 ? ": " : " < ").Append(name);
                written++;
            }
        }

        return text.ToString();
    }
}
