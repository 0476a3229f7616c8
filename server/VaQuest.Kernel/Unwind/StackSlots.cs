// StackSlots: what the words of a walked stack are, by the unwind rows of its frames.
using VaQuest.Binary;
using VaQuest.DebugInfo.Frames;
using VaQuest.Kernel.Arch.X86_64;

namespace VaQuest.Kernel.Unwind;

/// <summary>
/// A frame reaches from its stack pointer to its caller's. The word below the caller's is the return address; rows of debug information say where
/// callee-saved registers are, ORC where rbp is. Only x86_64 rows are read. Safe for concurrent callers; never throws on data.
/// </summary>
public sealed class StackSlots
{
    private const int MaxFrames = 4096;

    private readonly LinuxKernel _kernel;

    internal StackSlots(LinuxKernel kernel) => _kernel = kernel;

    /// <summary>The word that holds an address of a stack.</summary>
    /// <param name="stack">The walked stack; inlined frames are skipped.</param>
    /// <param name="region">The memory of the stack that the address is in: others are passed over.</param>
    /// <param name="address">The address.</param>
    public StackSlot Find(StackTrace stack, StackRegion region, VirtAddr address)
    {
        StackFrame[] frames = [.. stack.Frames.Where(frame => frame.PhysicalIndex is not null || frame.Kind is not (FrameKind.Inlined or FrameKind.TailCall)).Take(MaxFrames)];
        VirtAddr? innermost = null;
        for (int i = 0; i < frames.Length; i++)
        {
            if (frames[i].Sp is not { } sp || !region.ContainsPointer(sp))
            {
                continue;
            }

            innermost ??= sp;
            VirtAddr? end = i + 1 < frames.Length && frames[i + 1].Sp is { } next && region.ContainsPointer(next) && next > sp ? next : null;
            if (address >= sp && (end is { } top ? address < top : IsLastHere(frames, i, region)))
            {
                return new StackSlot(i, RoleOf(frames, i, end, address), false);
            }
        }

        return new StackSlot(null, null, innermost is { } lowest && address < lowest);
    }

    // Behind the last frame of a stack are the registers that its entry saved.
    private static bool IsLastHere(StackFrame[] frames, int index, StackRegion region) =>
        !frames.Skip(index + 1).Any(frame => frame.Sp is { } sp && region.ContainsPointer(sp) && frame.Kind != FrameKind.User);

    private string? RoleOf(StackFrame[] frames, int index, VirtAddr? end, VirtAddr address)
    {
        StackFrame frame = frames[index];
        VirtAddr word = address - (address.Value & 7);
        if (end is { } cfa && frames[index + 1].IsReturnAddress && word + 8 == cfa)
        {
            return "return address";
        }

        if (_kernel.Architecture?.Name != "x86_64")
        {
            return null;
        }

        VirtAddr lookUp = frame.IsReturnAddress && frame.Pc.Value > 0 ? frame.Pc - 1 : frame.Pc;
        var row = new UnwindRow(X86RegisterFile.Count);
        if (!_kernel.UnwindTables.TryFindPath(lookUp, row))
        {
            return null;
        }

        if (row.Type is UnwindRowType.SavedRegisters or UnwindRowType.HardwareFrame)
        {
            return RoleInSavedRegisters(frame, row, word, address);
        }

        return end is { } top ? FindSaved(row, top, word, lookUp) : null;
    }

    private string? FindSaved(UnwindRow path, VirtAddr cfa, VirtAddr word, VirtAddr lookUp)
    {
        if (NameIn(path, cfa, word) is { } known)
        {
            return known;
        }

        var row = new UnwindRow(X86RegisterFile.Count);
        return path.Source != UnwindRowSource.CallFrames && _kernel.UnwindTables.TryFindCallFrame(lookUp, row) ? NameIn(row, cfa, word) : null;
    }

    private static string? NameIn(UnwindRow row, VirtAddr cfa, VirtAddr word)
    {
        for (int register = 0; register < X86RegisterFile.Rip; register++)
        {
            RegisterRule rule = row[register];
            if (rule.Kind == RegisterRuleKind.Offset && cfa + unchecked((ulong)rule.Offset) == word)
            {
                return "saved " + X86RegisterFile.NameOf(register);
            }
        }

        return null;
    }

    private string? RoleInSavedRegisters(StackFrame frame, UnwindRow row, VirtAddr word, VirtAddr address)
    {
        if (row.Cfa.Kind != CfaRuleKind.RegisterOffset || (row.Cfa.Register == X86RegisterFile.Rsp ? frame.Sp?.Value : frame.State?.Find(row.Cfa.Register)) is not { } start)
        {
            return null;
        }

        ulong shift = row.Type == UnwindRowType.SavedRegisters ? 0 : (ulong)X86Registers.HardwareFrameOffset;
        ulong offset = unchecked(address.Value - start - (ulong)row.Cfa.Offset + shift);
        return (ulong)(_kernel.Types.FindSize("pt_regs") ?? 0) is var size && offset < size && word.Value >= start && MemberAt(offset) is { } name ? "pt_regs." + name : null;
    }

    private string? MemberAt(ulong offset) =>
        _kernel.Types.Catalog?.FindStruct("pt_regs")?.Members.FirstOrDefault(member => member.ByteOffset >= 0 && offset - (ulong)member.ByteOffset < 8) is { Name.Length: > 0 } found
            ? found.Name : null;
}
