// LabFrames: our frames in the form in which the kernel prints its own.
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel.Tests.Lab;

/// <summary>Renders frames for comparison with a kernel's log.</summary>
internal static class LabFrames
{
    /// <summary>The kernel's frames of a stack; a kernel prints no user mode frame in a trace.</summary>
    public static IReadOnlyList<string> Render(StackTrace stack) => [.. stack.Frames.Where(frame => frame.Kind != FrameKind.User).Select(Render)];

    public static string Render(StackFrame frame)
    {
        string name = frame.Symbol ?? frame.Function ?? "";
        string module = frame.Module is null ? "" : $" [{frame.Module}]";
        return name.Length == 0 ? frame.Pc.ToString() : $"{name}+0x{frame.Offset:x}/0x{frame.FunctionSize:x}{module}";
    }

    public static string WithoutSize(string frame) => frame[..frame.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The function alone, for stacks that were printed some instructions earlier than they were dumped.</summary>
    public static string NameOf(string frame) => frame.Split('+')[0];

    /// <summary>The function without what the compiler appended for a clone: its name in the source.</summary>
    public static string PlainNameOf(string frame) => NameOf(frame).Split('.')[0];
}
