// IncompleteStack: the panic stack could not be walked to its end, or not with certainty.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Tells where the panic stack stops being certain.</summary>
internal static class IncompleteStack
{
    public static Finding? Check(FindingContext context)
    {
        if (context.PanicStack is not { } stack)
        {
            return new Finding("no-panic-stack", "warning", "No panic stack",
                "The stack of the CPU that crashed could not be found; the coverage section says why.", []);
        }

        if (!stack.IsComplete)
        {
            return new Finding("incomplete-stack", "warning", "The panic stack is cut",
                $"The walk ended early: {DumpText.Escape(stack.EndReason)}.", []);
        }

        bool isGuess = stack.Frames.Any(frame => frame.Proof == FrameProof.Scan);
        return !isGuess ? null : new Finding("uncertain-frames", "warning", "Some frames are not certain",
            "Frames marked scan? are words on the stack that look like return addresses.", []);
    }
}
