// PlaceMap: from physical addresses back to the virtual ones that tell most.
using VaQuest.Binary;
using VaQuest.Kernel;
using VaQuest.Kernel.Mm;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Search;

/// <summary>
/// The kernel image is mapped in one piece; stacks of tasks and modules lie in the vmalloc area, page by page; all the rest is in the direct map.
/// Immutable.
/// </summary>
internal sealed class PlaceMap
{
    /// <summary>Pages of the vmalloc area that are looked up ahead: 4 GiB of them.</summary>
    private const int MaxPages = 1 << 20;

    private readonly LinuxKernel _kernel;
    private readonly Dictionary<ulong, ulong> _pages = [];
    private readonly ulong _imagePhysical;
    private readonly ulong _imageStart;
    private readonly ulong _imageBytes;
    private readonly ulong _pageSize;

    public PlaceMap(LinuxKernel kernel)
    {
        _kernel = kernel;
        _pageSize = (ulong)Math.Max(4096, kernel.Dump.PageSize);
        if (kernel.Symbols.FindAddress("_text") is { } start && kernel.Symbols.FindAddress("_end") is { } end && end > start
            && kernel.Memory.Translate(start, out _) is { } physical)
        {
            (_imageStart, _imageBytes, _imagePhysical) = (start.Value, end - start, physical.Value);
        }

        AddVmalloc();
        AddStacks();
        AddModules();
    }

    /// <summary>The virtual address of a byte of memory, or null when the direct map is not known.</summary>
    public VirtAddr? Find(PhysAddr physical)
    {
        if (unchecked(physical.Value - _imagePhysical) < _imageBytes)
        {
            return new VirtAddr(_imageStart + (physical.Value - _imagePhysical));
        }

        ulong inPage = physical.Value & (_pageSize - 1);
        return _pages.TryGetValue(physical.Value - inPage, out ulong page) ? new VirtAddr(page + inPage) : _kernel.PageMap.ToDirectMap(physical);
    }

    // Areas with pages of their own; what ioremap maps is not in a dump.
    private void AddVmalloc()
    {
        foreach (VmallocArea area in new VmallocReader(_kernel).Read([], CancellationToken.None))
        {
            if (area.Pages is > 0 and { } pages)
            {
                Add(area.Start, pages * _pageSize);
            }
        }
    }

    private void AddStacks()
    {
        ulong bytes = (ulong)Math.Max(1, _kernel.Types.FindSize("thread_union") ?? 16384);
        foreach (KernelTask task in _kernel.Tasks.All)
        {
            if (task.Stack is { } stack)
            {
                Add(stack, bytes);
            }
        }
    }

    private void AddModules()
    {
        foreach (var region in _kernel.Modules.SelectMany(module => module.Regions))
        {
            Add(region.Start, region.Size);
        }
    }

    private void Add(VirtAddr start, ulong bytes)
    {
        for (ulong offset = 0; offset < bytes && _pages.Count < MaxPages; offset += _pageSize)
        {
            if (_kernel.Memory.Translate(start + offset, out _) is { } physical)
            {
                _pages.TryAdd(physical.Value & ~(_pageSize - 1), (start.Value + offset) & ~(_pageSize - 1));
            }
        }
    }
}
