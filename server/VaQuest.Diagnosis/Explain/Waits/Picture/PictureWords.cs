// PictureWords: the texts in the boxes of the wait-for picture.
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Waits.Picture;

/// <summary>Short lines for boxes, and sentences for those who do not see them. What came from the dump is escaped.</summary>
internal static class PictureWords
{
    /// <summary>Circles and ends of chains that the summary tells; the text has all.</summary>
    private const int MaxSentences = 4;

    /// <summary>The line of a task's box that names the function.</summary>
    public const int PlaceLine = 2;

    public static string Short(string text) => DumpText.Shorten(text, PictureMeasures.MaxLine);

    public static List<string> LinesOf(KernelTask task, TaskWait? wait, StackFrame? place, int behind, bool isInDeadlock)
    {
        var lines = new List<string> { Short(WaitWords.Of(task)), Short(StateOf(task, wait)) };
        if ((wait?.Caller ?? place) is { } frame)
        {
            lines.Add(PlaceOf(frame));
        }

        if (isInDeadlock)
        {
            lines.Add("in a deadlock");
        }
        else if (behind > 0)
        {
            lines.Add($"root: {Words.Count(behind, "task")} behind it");
        }

        return lines;
    }

    public static string Describe(KernelTask task, TaskWait? wait, StackFrame? place, int behind, bool isInDeadlock)
    {
        string at = (wait?.Caller ?? place) is { } frame ? ", in " + WaitWords.Of(frame) : "";
        string waits = wait is null ? "" : $", waits for {wait.What}{(wait.NoHolder is { } none ? ": " + DumpText.Escape(none) : "")}";
        string role = isInDeadlock ? ", in a deadlock" : behind > 0 ? $", root blocker: {Words.Count(behind, "task")} behind it" : "";
        return $"Task {WaitWords.InSentence(task)}, {StateOf(task, wait)}{at}{waits}{role}";
    }

    public static List<string> LinesOf(TaskWait wait)
    {
        if (wait.Lock is not { } state)
        {
            return [Short(wait.What)];
        }

        string kind = WaitWords.Of(state.Kind);
        string name = wait.Class is WaitClass.Flush or WaitClass.Rcu or WaitClass.Thread || wait.LockName.StartsWith("at ", StringComparison.Ordinal) || wait.LockName.Length == 0
            ? wait.What : $"{kind} {wait.LockName}";
        List<string> lines = [Short(name), Words.Hex(state.Address.Value)];
        if (state.State.Length > 0)
        {
            lines.Add(Short(state.State));
        }

        return lines;
    }

    public static string Describe(TaskWait wait) => wait.Lock is { } state
        ? $"{Capital(wait.What)}, {WaitWords.Of(state.Kind)} at {Words.Hex(state.Address.Value)}, {state.State}{(wait.NoHolder is { } none ? "; " + DumpText.Escape(none) : "")}"
        : $"{Capital(wait.What)}{(wait.NoHolder is { } reason ? "; " + DumpText.Escape(reason) : "")}";

    /// <summary>What the picture shows, in sentences.</summary>
    public static List<string> Summarise(WaitGraph graph, int hidden)
    {
        var sentences = new List<string>();
        foreach (Deadlock deadlock in graph.Deadlocks.Take(MaxSentences))
        {
            string tasks = string.Join(", ", deadlock.Waits.Take(MaxSentences).Select(wait => WaitWords.InSentence(wait.Task)));
            string how = deadlock.IsCertain ? "Deadlock" : "Perhaps a deadlock";
            string behind = deadlock.Behind.Count > 0 ? $"; {Words.Count(deadlock.Behind.Count, "more task")} behind" : "";
            sentences.Add($"{how} of {Words.Count(deadlock.Waits.Count, "task")}: {tasks}{(deadlock.Waits.Count > MaxSentences ? ", …" : "")}{behind}.");
        }

        foreach (RootBlocker root in graph.Roots.Take(MaxSentences))
        {
            sentences.Add($"{Words.Count(root.Behind.Count, "task")} behind {WaitWords.InSentence(root.Task)}, which {root.Activity}.");
        }

        if (graph.Waits.Count == 0)
        {
            sentences.Add("No task waits for a lock, for work or for RCU.");
        }
        else if (sentences.Count == 0)
        {
            sentences.Add($"{Words.Count(graph.Waits.Count, "task")} {(graph.Waits.Count == 1 ? "waits" : "wait")}, with nobody known to hold them up.");
        }

        sentences.AddRange(graph.Notes.Select(note => Capital(DumpText.Escape(note)) + "."));
        if (hidden > 0)
        {
            sentences.Add($"{Words.Count(hidden, "waiting task")} {(hidden == 1 ? "is" : "are")} not drawn; the text has all.");
        }

        return sentences;
    }

    private static string StateOf(KernelTask task, TaskWait? wait)
    {
        if (task.IsOnCpu)
        {
            return FormattableString.Invariant($"on CPU {task.Cpu}");
        }

        string word = task.State switch
        {
            "D" => "uninterruptible",
            "S" => "sleeping",
            "I" => "idle",
            "R" => "ready to run",
            "T" or "t" => "stopped",
            "Z" or "X" => "dead",
            _ => "state " + DumpText.Escape(task.State),
        };
        return wait?.Seconds is { } seconds ? $"{word} for {Words.Duration(seconds)}" : word;
    }

    private static string PlaceOf(StackFrame frame)
    {
        string file = frame.Source is { Line: > 0 } source ? FormattableString.Invariant($" {DumpText.Escape(Path.GetFileName(source.File))}:{source.Line}") : "";
        // The line is worth more than the end of the function's name; a long name of a file leaves that at least some letters.
        const int least = 8;
        return Short($"in {DumpText.Shorten(FrameText.FunctionOf(frame), Math.Max(least, PictureMeasures.MaxLine - 3 - file.Length))}{file}");
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
