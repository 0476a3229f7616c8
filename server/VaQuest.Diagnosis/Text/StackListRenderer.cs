// StackListRenderer: stacks as a document of their own.
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Text;

/// <summary>Renders `vaquest bt`.</summary>
public static class StackListRenderer
{
    /// <param name="stacks">What to render.</param>
    /// <param name="culprit">Index of the culprit's frame in the panic stack, or -1.</param>
    /// <param name="values">Values to show under each frame; null to leave them out.</param>
    public static AnnotatedText Render(IReadOnlyList<StackTrace> stacks, int culprit, SessionValues? values = null)
    {
        var text = new AnnotatedTextBuilder();
        for (int i = 0; i < stacks.Count; i++)
        {
            if (i > 0)
            {
                text.WriteLine();
            }

            StackRenderer.Render(
                text, stacks[i], 0, stacks[i].IsPanicStack ? culprit : -1, StackRenderer.TitleOf(stacks[i]), withInterrupted: true,
                values is null ? null : values.RenderFrame);
        }

        return text.Build();
    }
}
