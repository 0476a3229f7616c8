// WaitGraphRenderer: the wait-for graph as text.
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>Deadlocks first, then the root blockers with the chains behind them, then what waits for nobody that is known.</summary>
public static class WaitGraphRenderer
{
    /// <summary>Levels of indentation; longer chains go on at the same one.</summary>
    private const int MaxIndent = 12;

    /// <summary>How texts refer to this one; in a report it is a link.</summary>
    public const string Reference = "vaquest waits";

    public static AnnotatedText Render(WaitGraph graph)
    {
        var text = new AnnotatedTextBuilder();
        var shown = new HashSet<ulong>();
        if (graph.Waits.Count == 0)
        {
            text.WriteLine("No task waits for a lock, for work or for RCU.");
        }

        foreach (string note in graph.Notes)
        {
            text.Write(DumpText.Escape(note), SpanKind.Absent).EndLine();
        }

        RenderDeadlocks(text, graph, shown);
        RenderRoots(text, graph, shown);
        RenderRest(text, graph, shown);
        return text.Build();
    }

    private static void RenderDeadlocks(AnnotatedTextBuilder text, WaitGraph graph, HashSet<ulong> shown)
    {
        foreach (Deadlock deadlock in graph.Deadlocks)
        {
            int start = text.Line;
            string title = (deadlock.IsCertain ? "Deadlock" : "Deadlock, as far as can be told,") + $" of {Words.Count(deadlock.Waits.Count, "task")}"
                + (deadlock.Behind.Count > 0 ? $", {Words.Count(deadlock.Behind.Count, "more task")} behind" : "");
            text.Write(title, SpanKind.Error).EndLine();
            foreach (TaskWait wait in deadlock.Waits)
            {
                shown.Add(wait.Task.Address.Value);
                RenderWait(text, wait, 1);
                RenderHolders(text, wait, 1);
            }

            text.Write(deadlock.IsCertain ? "  ^ what the last waits for is held by the first" : "  ^ what the last waits for is perhaps held by the first", SpanKind.Label).EndLine();
            foreach (TaskWait wait in deadlock.Waits)
            {
                RenderBehind(text, graph, wait.Task, 1, shown);
            }

            text.AddSection(title, "", SectionKind.Tasks, start, 0);
            text.WriteLine();
        }
    }

    private static void RenderRoots(AnnotatedTextBuilder text, WaitGraph graph, HashSet<ulong> shown)
    {
        foreach (RootBlocker root in graph.Roots)
        {
            int start = text.Line;
            string title = $"{WaitWords.Of(root.Task)}: {Words.Count(root.Behind.Count, "task")} behind it";
            text.Write(WaitWords.Of(root.Task), SpanKind.Task, StackRenderer.TargetOf(root.Task)).Write($": {Words.Count(root.Behind.Count, "task")} behind it").EndLine();
            text.Write("  ").Write(root.Activity).EndLine();
            if (root.Wait is { } wait)
            {
                shown.Add(wait.Task.Address.Value);
                if (wait.Class != WaitClass.Timer)
                {
                    text.Write("  ").Write("waits for ", SpanKind.Label).Write(wait.What).EndLine();
                    RenderDetails(text, wait, 1);
                }
            }

            RenderBehind(text, graph, root.Task, 1, shown);
            text.AddSection(title, root.Activity, SectionKind.Tasks, start, 0);
            text.WriteLine();
        }
    }

    private static void RenderRest(AnnotatedTextBuilder text, WaitGraph graph, HashSet<ulong> shown)
    {
        List<TaskWait> rest = [.. graph.Waits.Where(wait => !shown.Contains(wait.Task.Address.Value))];
        if (rest.Count == 0)
        {
            return;
        }

        int start = text.Line;
        text.Write("Waiting, with nobody known to hold them up", SpanKind.Heading).EndLine();
        foreach (TaskWait wait in rest)
        {
            RenderWait(text, wait, 1);
            RenderDetails(text, wait, 2);
        }

        text.AddSection("Others", Words.Count(rest.Count, "task"), SectionKind.Tasks, start, 0);
    }

    private static void RenderBehind(AnnotatedTextBuilder text, WaitGraph graph, KernelTask task, int level, HashSet<ulong> shown)
    {
        // With a list of its own: chains are as long as the dump says.
        var open = new Stack<(TaskWait Wait, int Level)>();
        Push(task, level);
        while (open.Count > 0)
        {
            (TaskWait wait, int at) = open.Pop();
            if (!shown.Add(wait.Task.Address.Value))
            {
                continue;
            }

            RenderWait(text, wait, at);
            RenderHolders(text, wait, at);
            Push(wait.Task, at + 1);
        }

        void Push(KernelTask holder, int to)
        {
            IReadOnlyList<TaskWait> waiters = graph.WaitersOf(holder.Address);
            for (int i = waiters.Count - 1; i >= 0; i--)
            {
                open.Push((waiters[i], Math.Min(to, MaxIndent)));
            }
        }
    }

    private static void RenderWait(AnnotatedTextBuilder text, TaskWait wait, int level)
    {
        Indent(text, level).Write(WaitWords.Of(wait.Task), SpanKind.Task, StackRenderer.TargetOf(wait.Task)).Write(" waits for ", SpanKind.Label);
        text.Write(wait.What);
        if (wait.Mode is "reader" or "writer")
        {
            text.Write($" as a {wait.Mode}");
        }

        text.EndLine();
        if (wait.Caller is { } caller)
        {
            Indent(text, level + 1).Write("in ", SpanKind.Label).Write(FrameText.FunctionOf(caller), SpanKind.Function, StackRenderer.TargetOf(caller));
            string source = FrameText.SourceOf(caller.Source);
            text.Write(FrameText.ModuleOf(caller));
            text.Write(source.Length > 0 ? "  " : "").Write(source, SpanKind.Source, StackRenderer.TargetOf(caller)).EndLine();
        }

        if (wait.LockAddress is { } address && wait.Lock is { } state)
        {
            Indent(text, level + 1).Write(WaitWords.Of(state.Kind) + " at ", SpanKind.Label)
                .Write(Words.Hex(address.Value), SpanKind.Address, new SpanTarget { Address = address, Page = Browse.Pages.Locks.LockCells.PageOf(state.Kind, address) }).Write($": {state.State}");
            text.Write(state.Waiters.Count > 0 ? $", {Words.Count(state.Waiters.Count, "waiter")}" : "").EndLine();
            foreach (string damage in state.Damage)
            {
                Indent(text, level + 1).Write(DumpText.Escape(damage), SpanKind.Absent).EndLine();
            }
        }
    }

    private static void RenderHolders(AnnotatedTextBuilder text, TaskWait wait, int level)
    {
        foreach (WaitHolder holder in wait.Holders)
        {
            Indent(text, level + 1).Write(WaitWords.Relation(wait, holder) + " ", SpanKind.Label)
                .Write(WaitWords.Of(holder.Task), SpanKind.Task, StackRenderer.TargetOf(holder.Task)).Write($" ({holder.How})", SpanKind.Proof).EndLine();
        }
    }

    private static void RenderDetails(AnnotatedTextBuilder text, TaskWait wait, int level)
    {
        if (wait.NoHolder is { } none)
        {
            Indent(text, level).Write(DumpText.Escape(none), SpanKind.Absent).EndLine();
        }
    }

    private static AnnotatedTextBuilder Indent(AnnotatedTextBuilder text, int level) => text.Write(new string(' ', 2 * level));
}
