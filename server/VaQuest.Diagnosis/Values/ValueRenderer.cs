// ValueRenderer: the values of a frame, an object or an expression as documents.
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Browse.Pages;
using VaQuest.Diagnosis.Browse.Pages.Locks;
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values.Expressions;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values;

/// <summary>Renders values as text with spans.</summary>
public static class ValueRenderer
{
    /// <summary>Where the values of a frame begin in a line: below the frame's name.</summary>
    private const int Indent = 9;

    /// <summary>Elements of a walked list that are shown as text; JSON has all of them.</summary>
    private const int MaxItems = 10_000;

    /// <summary>
    /// Writes a frame's values, one to a line, arguments first, and the names of what was optimised out together; as a section that begins
    /// with the frame's own line.
    /// </summary>
    internal static void RenderFrame(AnnotatedTextBuilder text, FrameValues frame, KernelValues values, int level)
    {
        int start = text.Line - 1;
        var gone = new List<string>();
        var format = ValueFormat.Line with { MaxLength = 72 };
        foreach (FrameValue value in frame.Values)
        {
            bool isGone = value is { Absence.Kind: DebugInfo.Dwarf.Expressions.AbsenceKind.OptimisedOut, AtEntry: null, IsArgument: false };
            if (isGone)
            {
                if (!gone.Contains(value.Name))
                {
                    gone.Add(value.Name);
                }

                continue;
            }

            text.Pad(Indent, 0).Write(value.IsArgument ? "" : "  ").Write(value.Declaration).Write(" = ");
            RenderValue(text, value, values, format);
            text.EndLine();
        }

        if (gone.Count > 0)
        {
            foreach (string line in LineWrap.Wrap("optimised out here: " + string.Join(", ", gone), LineWrap.Width - Indent - 2))
            {
                text.Pad(Indent + 2, 0).Write(line, SpanKind.Absent).EndLine();
            }
        }

        if (frame.Values.Count > 0)
        {
            text.AddSection("values", "", SectionKind.Values, start, level);
        }
    }

    /// <summary>An object: its type and address, its members on lines of their own, then its lists and trees, which lead to their entries.</summary>
    internal static AnnotatedText RenderObject(TypedValue value, KernelValues values, IReadOnlyList<ContainerMember> containers, IReadOnlyList<LockMember> locks)
    {
        var text = new AnnotatedTextBuilder();
        string heading = DumpText.Escape(TypeText.Of(value.Type)) + (value.Address is { } address ? " at " + Words.Hex(address.Value) : "");
        text.Write(heading, SpanKind.Heading).EndLine();
        int start = text.Line;
        ValueFormatter.Write(values, value, ValueFormat.Nested, new ValueSpans(text, 0) { Root = ArrayPage.RootOf(value) });
        text.EndLine();
        RenderContainers(text, containers);
        RenderLocks(text, locks);
        text.AddSection(heading, "", SectionKind.Values, start, 0);
        return text.Build();
    }

    private static void RenderContainers(AnnotatedTextBuilder text, IReadOnlyList<ContainerMember> containers)
    {
        if (containers.Count == 0)
        {
            return;
        }

        text.EndLine();
        int start = text.Line;
        text.Write("Lists and trees in it", SpanKind.Heading).EndLine();
        int width = containers.Max(member => DumpText.Escape(member.Path).Length) + 1;
        foreach (ContainerMember member in containers)
        {
            text.Write("  ").Write("." + DumpText.Escape(member.Path), SpanKind.Symbol, new SpanTarget { Address = member.Address, Page = WalkPage.NameOf(member) });
            text.Pad(width + 4).Write(member.Kind).Write(member.Element is null ? "" : " of " + member.Element).EndLine();
        }

        text.AddSection("Lists and trees in it", "", SectionKind.Values, start, 1);
    }

    private static void RenderLocks(AnnotatedTextBuilder text, IReadOnlyList<LockMember> locks)
    {
        if (locks.Count == 0)
        {
            return;
        }

        text.EndLine();
        int start = text.Line;
        text.Write("Locks in it", SpanKind.Heading).EndLine();
        int width = locks.Max(member => DumpText.Escape(member.Path).Length) + 1;
        foreach (LockMember member in locks)
        {
            string name = member.Path.Length == 0 ? "this" : "." + DumpText.Escape(member.Path);
            text.Write("  ").Write(name, SpanKind.Symbol, new SpanTarget { Address = member.Address, Page = LockCells.PageOf(member.Kind, member.Address) });
            text.Pad(width + 4).Write(WaitWords.Of(member.Kind)).EndLine();
        }

        text.AddSection("Locks in it", "", SectionKind.Values, start, 1);
    }

    /// <summary>The result of an expression as a document.</summary>
    /// <param name="evaluation">The result.</param>
    /// <param name="values">Reads and formats.</param>
    /// <param name="depth">Structures inside of structures that are opened; null for the usual.</param>
    /// <param name="first">The first element that is shown of a result that is an array.</param>
    public static AnnotatedText Render(Evaluation evaluation, KernelValues values, int? depth, long first = 0)
    {
        var text = new AnnotatedTextBuilder();
        ValueFormat format = ValueFormat.Nested with { MaxDepth = depth ?? ValueFormat.Nested.MaxDepth, FirstElement = first };
        if (evaluation.Items is null)
        {
            text.Write("(" + DumpText.Escape(TypeText.Of(evaluation.Value.Type)) + ")");
            ValueFormatter.Write(values, evaluation.Value, format, new ValueSpans(text, 0));
            text.EndLine();
            return text.Build();
        }

        foreach (EvaluationItem item in evaluation.Items.Take(MaxItems))
        {
            text.Write(item.Label is null ? "" : item.Label + " = ");
            text.Write("(" + DumpText.Escape(TypeText.Of(item.Value.Type)) + ")");
            ValueFormatter.Write(values, item.Value, format, new ValueSpans(text, 0));
            text.EndLine();
        }

        if (evaluation.Items.Count > MaxItems)
        {
            text.WriteLine(FormattableString.Invariant($"... {evaluation.Items.Count - MaxItems} more"));
        }

        if (evaluation.Damage is { } damage)
        {
            text.Write("stopped: " + DumpText.Escape(damage), SpanKind.Absent).EndLine();
        }

        return text.Build();
    }

    private static void RenderValue(AnnotatedTextBuilder text, FrameValue value, KernelValues values, ValueFormat format)
    {
        var spans = new ValueSpans(text, Indent);
        if (value.Absence is { } absence)
        {
            spans.Absent(absence.Text);
        }
        else
        {
            ValueFormatter.Write(values, value.Value, format, spans);
        }

        if (value.AtEntry is { } entry)
        {
            text.Write(", at entry ");
            ValueFormatter.Write(values, entry, format, spans);
        }
    }
}
