// IUnwindRows: finds the unwind rows of an instruction address.
using VaQuest.Binary;
using VaQuest.DebugInfo.Frames;

namespace VaQuest.Kernel.Unwind;

/// <summary>A seam, so that walks can be tested without a kernel. Safe for concurrent callers; never throws on data.</summary>
internal interface IUnwindRows
{
    /// <summary>
    /// The row that decides where the caller is: ORC's where the dump has it, else the debug information's; false when there is neither.
    /// A damaged ORC row has no CFA rule.
    /// </summary>
    bool TryFindPath(VirtAddr address, UnwindRow row);

    /// <summary>The debug information's row, which knows callee-saved registers too; false when there is none.</summary>
    bool TryFindCallFrame(VirtAddr address, UnwindRow row);
}
