// UncertainFrames: some frames of the panic stack are guesses.
using VaQuest.Diagnosis.Reports;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Tells that frames were found by scanning the stack.</summary>
internal static class UncertainFrames
{
    public static readonly FindingRule Rule = new()
    {
        Id = "uncertain-frames",
        Severity = FindingSeverity.Warning,
        Title = "Some frames are not certain",
        Meaning = "Frames marked scan? are words on the stack that look like return addresses. They may be left over from calls that had returned.",
        Evidence = "No unwind data or frame pointer led to these frames.",
        Advice = "Check each with the source: can the frame above be called from there? Debug files of the modules involved may make the frames certain.",
        Check = context => context.PanicStack is not { IsComplete: true } stack || !stack.Frames.Any(frame => frame.Proof == FrameProof.Scan) ? null
            : new Finding("uncertain-frames", FindingSeverity.Warning, "Some frames are not certain",
                "Frames marked scan? are words on the stack that look like return addresses.", []),
    };
}
