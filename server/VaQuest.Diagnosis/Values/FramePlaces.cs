// FramePlaces: finds the debug information of frames, and moves addresses between it and the crashed machine.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Variables;
using VaQuest.Diagnosis.Images;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Values;

/// <summary>Safe for concurrent use.</summary>
internal sealed class FramePlaces(OpenedDump opened)
{
    private const string PerCpuSection = ".data..percpu";

    private readonly Lazy<ulong> _perCpuEnd = new(() => FindPerCpuEnd(opened));

    /// <summary>The debug information at a frame's code, or null.</summary>
    public FramePlace? Find(StackFrame frame) =>
        frame.Kind == FrameKind.User ? null : Find(frame.IsReturnAddress && frame.Pc.Value > 0 ? frame.Pc - 1 : frame.Pc);

    /// <summary>The debug information at an address of code, or null.</summary>
    public FramePlace? Find(VirtAddr address)
    {
        if (opened.Kernel.Stacks.FindSourceAddress(address) is not { } source
            || opened.DebugFiles.FindImage(source.Module) is not { Dwarf: { } dwarf, Types: { } types }
            || DwarfScopes.Find(dwarf, source.Address, source.Section) is not { } scopes)
        {
            return null;
        }

        KernelModule? module = source.Module is null ? null : FindModule(source.Module);
        return new FramePlace(module, dwarf, types, scopes);
    }

    /// <summary>The run-time address of an address that debug information of an image names; null when its section was not loaded.</summary>
    public VirtAddr? Relocate(KernelModule? module, DwarfImage dwarf, ulong address)
    {
        if (!dwarf.IsRelocatable)
        {
            // Per-CPU variables of x86-64 are numbered from 0: they do not move with the image.
            return new VirtAddr(address < _perCpuEnd.Value ? address : unchecked(address + opened.Kernel.KaslrOffset));
        }

        if (module is null || dwarf.FindSection(address, out ulong offset) is not { } section)
        {
            return null;
        }

        return section == PerCpuSection ? FindPerCpu(module) + offset : module.Sections.TryGetValue(section, out VirtAddr start) ? start + offset : null;
    }

    /// <summary>The offset of a module's per-CPU variables in the per-CPU area; null when it has none.</summary>
    public VirtAddr? FindPerCpu(KernelModule module) => opened.Kernel.Objects.FindPointer(module.Address, "module", "percpu");

    public DebugImage? FindImage(string? module) => opened.DebugFiles.FindImage(module);

    public KernelModule? FindModule(string name) => opened.Kernel.Modules.FirstOrDefault(module => module.Name == name);

    private static ulong FindPerCpuEnd(OpenedDump opened) =>
        opened.Kernel.Symbols.FindAddress("__per_cpu_start") is { Value: 0 } && opened.Kernel.Symbols.FindAddress("__per_cpu_end") is { } end ? end.Value : 0;
}
