// StackGroupRenderer: groups of like stacks as a document.
using VaQuest.Diagnosis.Explain;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Text;

/// <summary>Renders `vaquest bt --all --group`: how many tasks, which, and one of their stacks.</summary>
public static class StackGroupRenderer
{
    /// <summary>PIDs named in a heading; JSON has them all.</summary>
    private const int MaxPids = 10;

    /// <param name="groups">What to render.</param>
    /// <param name="culprit">Index of the culprit's frame in the panic stack, or -1.</param>
    public static AnnotatedText Render(IReadOnlyList<StackGroup> groups, int culprit)
    {
        var text = new AnnotatedTextBuilder();
        for (int i = 0; i < groups.Count; i++)
        {
            if (i > 0)
            {
                text.WriteLine();
            }

            StackTrace first = groups[i].Stacks[0];
            StackRenderer.Render(text, first, 0, first.IsPanicStack ? culprit : -1, TitleOf(groups[i]));
        }

        return text.Build();
    }

    private static string TitleOf(StackGroup group)
    {
        if (group.Stacks.Count == 1)
        {
            return StackRenderer.TitleOf(group.Stacks[0]);
        }

        string pids = string.Join(", ", group.Stacks.Take(MaxPids).Select(stack => stack.Task is { } task
            ? FormattableString.Invariant($"{task.Pid} {DumpText.Escape(task.Comm)}")
            : "no known task"));
        string states = string.Join(", ", group.Stacks.Select(stack => DumpText.Escape(stack.State)).Distinct());
        return $"{Words.Count(group.Stacks.Count, "task")} ({states}): PID {pids}{(group.Stacks.Count > MaxPids ? ", …" : "")}";
    }
}
