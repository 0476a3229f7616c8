// FrameText: the parts of a frame's line.
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Sources;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Text;

/// <summary>Spells frames the way the kernel does: name+0x1c/0x40 [module].</summary>
public static class FrameText
{
    /// <summary>Name with offset, size and module; the address when there is no name.</summary>
    public static string NameOf(StackFrame frame) => FunctionOf(frame) + OffsetOf(frame) + ModuleOf(frame);

    public static string FunctionOf(StackFrame frame) =>
        DumpText.Escape(frame.Function ?? frame.Symbol ?? (frame.Kind == FrameKind.User ? "user code at " : "") + Words.Hex(frame.Pc.Value));

    /// <summary>+0x1c/0x40; empty for inlined frames, whose offset would be another function's.</summary>
    public static string OffsetOf(StackFrame frame)
    {
        bool hasOffset = frame.Offset is not null && frame.Kind != FrameKind.Inlined && (frame.Function ?? frame.Symbol) is not null;
        return !hasOffset ? "" : frame.FunctionSize is { } size
            ? "+" + Words.Hex(frame.Offset!.Value) + "/" + Words.Hex(size)
            : "+" + Words.Hex(frame.Offset!.Value);
    }

    public static string ModuleOf(StackFrame frame) => frame.Module is null ? "" : " [" + DumpText.Escape(frame.Module) + "]";

    /// <summary>file:line, the file shortened to what is below the compilation directory; empty when unknown.</summary>
    public static string SourceOf(SourceLocation? source) => source is null or { File: "" } ? ""
        : source.Line > 0 ? FormattableString.Invariant($"{FileOf(source)}:{source.Line}") : FileOf(source);

    public static string FileOf(SourceLocation source) => DumpText.Escape(SourcePaths.Shorten(source));
}
