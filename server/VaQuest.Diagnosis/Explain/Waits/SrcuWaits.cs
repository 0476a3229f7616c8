// SrcuWaits: which SRCU domain's grace period a task waits for.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Unwind;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>synchronize_srcu() waits for a completion of its own; the domain is its argument, which debug information may know.</summary>
internal sealed class SrcuWaits(LinuxKernel kernel, SessionValues values)
{
    private static readonly string[] s_functions = ["synchronize_srcu", "__synchronize_srcu", "synchronize_srcu_expedited"];

    /// <summary>The wait in the words of SRCU when it is one, else as it was.</summary>
    /// <param name="wait">A wait.</param>
    /// <param name="primitive">The outermost of the kernel's own waiting functions, or null.</param>
    public TaskWait Name(TaskWait wait, StackFrame? primitive)
    {
        if (primitive is null || WaitPrimitives.NameOf(primitive) is not { } name || !s_functions.Contains(name))
        {
            return wait;
        }

        VirtAddr? domain = FindDomain(wait.Stack);
        string of = domain is not { } at ? "" : kernel.Symbols.FindAt(at) is { Symbol.IsText: false, Offset: 0 } hit ? " of " + NameOf(hit) : " of the domain at " + Words.Hex(at.Value);
        string readers = domain is { } counted && SrcuReaders.Count(kernel, counted) is { } open ? $"{Words.Count(open, "read section")} {(open == 1 ? "is" : "are")} open, and " : "";
        return wait with { What = "an SRCU grace period" + of, NoHolder = readers + "SRCU does not record which tasks read" };
    }

    private static string NameOf(SymbolHit hit) => DumpText.Escape(hit.Symbol.Name) + (hit.Symbol.Module is { } module ? $" [{DumpText.Escape(module)}]" : "");

    private VirtAddr? FindDomain(StackTrace stack)
    {
        for (int i = 0; i < stack.Frames.Count; i++)
        {
            if (stack.Frames[i].Function is not { } function || !s_functions.Contains(function))
            {
                continue;
            }

            foreach (FrameValue value in values.ReadFrame(stack, i).Values)
            {
                TypedValue? pointer = value.Absence is null ? value.Value : value.AtEntry;
                if (pointer is not null && values.Kernel.Resolve(value.Type) is PointerType type && values.Kernel.Resolve(type.Target) is StructType { Name: "srcu_struct" }
                    && values.Kernel.TryReadPointer(pointer, out VirtAddr at, out _) && at.Value > ushort.MaxValue)
                {
                    return at;
                }
            }
        }

        return null;
    }
}
