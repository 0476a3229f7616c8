// UnwindTables: the ORC rows of the kernel image and of each module, found through the dump.
using System.Collections.Concurrent;
using VaQuest.Binary;
using VaQuest.DebugInfo.Frames;
using VaQuest.DebugInfo.Orc;
using VaQuest.Kernel.Modules;

namespace VaQuest.Kernel.Unwind;

/// <summary>
/// The one place that chooses where an unwind row comes from: ORC in the dump decides the path; the debug information's call frames stand in where
/// ORC has nothing, and tell where callee-saved registers are. Safe for concurrent callers.
/// </summary>
internal sealed class UnwindTables : IUnwindRows
{
    private const string Area = "unwind";

    private readonly LinuxKernel _kernel;
    private readonly CoverageLog _coverage;
    private readonly Lazy<OrcTable?> _image;
    private readonly ConcurrentDictionary<object, OrcTable?> _modules = new(ReferenceEqualityComparer.Instance);
    private readonly OrcLayout _layout;
    private readonly CallFrameResolver? _callFrames;

    public UnwindTables(LinuxKernel kernel, CoverageLog coverage, CallFrameResolver? callFrames)
    {
        _kernel = kernel;
        _callFrames = callFrames;
        _coverage = coverage;
        _layout = FindLayout();
        _image = new Lazy<OrcTable?>(OpenImageTable);
    }

    /// <inheritdoc/>
    public bool TryFindPath(VirtAddr address, UnwindRow row)
    {
        // A copy of a trampoline is unwound by the rows of what it was copied from (orc_ftrace_find()).
        if (!_kernel.Symbols.IsImage(address) && _kernel.Symbols.FindModule(address) is null)
        {
            return _kernel.GeneratedCode.Find(address) is { Original: { } original } copy && TryFindPath(original + (address - copy.Start), row);
        }

        OrcTable? table = _kernel.Symbols.FindModule(address) is { } module
            ? _modules.GetOrAdd(module, _ => OpenModuleTable(module))
            : _image.Value;
        if (table is not null && table.TryFind(address.Value, out OrcRow orc))
        {
            OrcLowering.Lower(orc, row);
            return true;
        }

        return TryFindCallFrame(address, row);
    }

    /// <inheritdoc/>
    public bool TryFindCallFrame(VirtAddr address, UnwindRow row) =>
        _callFrames is not null
        && _kernel.Stacks.FindSourceAddress(address) is { } place
        && _callFrames(place.Module)?.TryFindRow(place.Address, place.Section, row) == true;

    private bool ReadMemory(ulong address, Span<byte> destination) => _kernel.Reader.Read(new VirtAddr(address), destination).IsOk;

    private OrcLayout FindLayout()
    {
        byte[] header = new byte[OrcDecoder.HeaderSize];
        if (_kernel.Symbols.FindAddress("__start_orc_header") is { } at
            && _kernel.Reader.Read(at, header).IsOk
            && OrcDecoder.LayoutOfHeader(header) is { } known)
        {
            return known;
        }

        return OrcDecoder.LayoutOfRelease(_kernel.Dump.Vmcoreinfo.Release ?? "");
    }

    private OrcTable? OpenImageTable()
    {
        VirtAddr? addresses = _kernel.Symbols.FindAddress("__start_orc_unwind_ip");
        VirtAddr? end = _kernel.Symbols.FindAddress("__stop_orc_unwind_ip");
        VirtAddr? rows = _kernel.Symbols.FindAddress("__start_orc_unwind");
        if (addresses is not { } first || end is not { } stop || rows is not { } rowStart || stop <= first
            || (stop - first) / 4 > OrcTable.MaxRows)
        {
            _coverage.Add(
                Area, CoverageState.Partial, "the kernel has no ORC unwind table that can be found; stacks are walked by frame pointers, where kept");
            return null;
        }

        return new OrcTable(first.Value, rowStart.Value, (int)((stop - first) / 4), _layout, ReadMemory);
    }

    private OrcTable? OpenModuleTable(KernelModule module)
    {
        VirtAddr? addresses = _kernel.Objects.FindPointer(module.Address, "module", "arch.orc_unwind_ip");
        VirtAddr? rows = _kernel.Objects.FindPointer(module.Address, "module", "arch.orc_unwind");
        ulong? count = _kernel.Objects.FindUInt(module.Address, "module", "arch.num_orcs");
        if (addresses is { } first && rows is { } rowStart && count is > 0 and <= OrcTable.MaxRows)
        {
            return new OrcTable(first.Value, rowStart.Value, (int)count.Value, _layout, ReadMemory);
        }

        _coverage.Add(Area, CoverageState.Partial, $"module {module.Name} has no ORC unwind rows that can be read");
        return null;
    }
}
