// TaskListRenderer: the list of tasks as a table.
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Text;

/// <summary>Renders `vaquest ps`: one line per thread; ">" marks what a CPU was executing.</summary>
public static class TaskListRenderer
{
    public static AnnotatedText Render(IReadOnlyList<KernelTask> tasks)
    {
        var text = new AnnotatedTextBuilder();
        text.Write("      PID    PPID  CPU  ST  TASK                  RSS  COMM", SpanKind.Heading).EndLine();
        foreach (KernelTask task in tasks)
        {
            text.Write(task.IsOnCpu ? "> " : "  ");
            Right(text, Words.Number(task.Pid), 7);
            Right(text, task.ParentPid is { } parent ? Words.Number(parent) : "?", 8);
            Right(text, task.Cpu is { } cpu ? Words.Number(cpu) : "?", 5);
            text.Write("  ").Write(DumpText.Escape(task.State)).Pad(26);
            text.Write(Words.FullHex(task.Address.Value), SpanKind.Address, new SpanTarget { Address = task.Address });
            Right(text, task.ResidentBytes is { } bytes ? Words.Bytes(bytes) : "-", 10);
            text.Write("  ");
            string comm = DumpText.Escape(task.Comm);
            text.Write(task.IsKernelThread ? $"[{comm}]" : comm, SpanKind.Task, StackRenderer.TargetOf(task)).EndLine();
        }

        text.AddSection("Tasks", Words.Count(tasks.Count, "task"), SectionKind.Tasks, 0, 0);
        return text.Build();
    }

    private static void Right(AnnotatedTextBuilder text, string value, int width) => text.Write(value.PadLeft(width));
}
