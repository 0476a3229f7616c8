// CrashFrames: the crashed stack as an editor shows it beside the source.
using VaQuest.DebugInfo.Lines;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Unwind;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values;

/// <summary>Makes the editor's view of frames; variables are read when they are asked for.</summary>
internal static class CrashFrames
{
    /// <summary>Lines of what a pointer points to; a hover is read at a glance.</summary>
    private const int MaxLines = 24;

    /// <summary>The frames of a stack that have source positions, innermost first.</summary>
    public static IReadOnlyList<CrashFrame> Read(StackTrace? stack, SessionValues values)
    {
        var frames = new List<CrashFrame>();
        foreach (StackFrame frame in stack?.Frames ?? [])
        {
            if (frame.Source is { Line: > 0 } source)
            {
                FrameValues read = values.ReadFrame(stack!, frame.Index);
                SourceLocation? body = read.Lines is { } lines ? new SourceLocation(lines.File, lines.First, 0, source.CompilationDirectory) : null;
                var variables = new Lazy<IReadOnlyList<CrashVariable>>(() => [.. read.Values.Select(value => Describe(value, values.Kernel))]);
                frames.Add(new CrashFrame(frame.Index, frame.Function ?? "", source, body, read.Lines?.Last ?? 0, () => variables.Value));
            }
        }

        return frames;
    }

    private static CrashVariable Describe(FrameValue value, KernelValues kernel) => new(
        value.Name, value.Declaration, value.Text, value.Absence is null, value.Scope?.First ?? 0, value.Scope?.Last ?? 0, () => More(value, kernel));

    private static List<string> More(FrameValue value, KernelValues kernel)
    {
        var lines = new List<string>();
        if (value.AtEntry is { } entry)
        {
            lines.Add("at the function's entry: " + ValueFormatter.Format(kernel, entry));
        }

        // A structure in full, or what a pointer to one points to.
        CType type = kernel.Resolve(value.Type);
        TypedValue? whole = type is StructType ? value.Value
            : type is PointerType pointer && value.Absence is null && kernel.Resolve(pointer.Target) is StructType ? kernel.Dereference(value.Value, pointer.Target)
            : null;
        if (whole is not null && (type is StructType || (kernel.TryReadPointer(value.Value, out var address, out _) && address.Value != 0)))
        {
            string[] nested = ValueFormatter.Format(kernel, whole, ValueFormat.Nested with { MaxDepth = 1, MaxLines = MaxLines }).Split('\n');
            lines.Add((type is PointerType ? "*" : "") + value.Name + " = " + nested[0]);
            lines.AddRange(nested.Skip(1));
        }

        return lines;
    }
}
