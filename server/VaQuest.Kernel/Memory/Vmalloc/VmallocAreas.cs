// VmallocAreas: finds areas of the vmalloc range by address.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Vmalloc;

/// <summary>
/// One tree of areas (vmap_area_root) to 6.8, one for each of vmap_nodes since; both of mm/vmalloc.c. A search goes down the tree, so it costs as many
/// reads as the tree is deep. Safe for concurrent callers; never throws on data.
/// </summary>
public sealed class VmallocAreas
{
    private const ulong IoRemap = 1;

    private const ulong Alloc = 2;

    private const ulong Map = 4;

    private const ulong DmaCoherent = 0x10;

    private const ulong NoGuard = 0x40;

    /// <summary>Depth of a red-black tree: twice the logarithm of the number of areas.</summary>
    private const int MaxDepth = 128;

    /// <summary>vmap_init_nodes() makes at most 128.</summary>
    private const int MaxNodes = 1024;

    private readonly LinuxKernel _kernel;
    private readonly Lazy<(VirtAddr Root, bool IsUnmapped)[]> _roots;

    internal VmallocAreas(LinuxKernel kernel)
    {
        _kernel = kernel;
        _roots = new Lazy<(VirtAddr, bool)[]>(FindRoots);
    }

    private KernelObjects Objects => _kernel.Objects;

    /// <summary>The area that holds an address; null with the reason when there is none.</summary>
    public VmallocArea? Find(VirtAddr address, out string? reason)
    {
        reason = _roots.Value.Length == 0 ? "this kernel's vmalloc areas cannot be read" : null;
        foreach ((VirtAddr root, bool isUnmapped) in _roots.Value)
        {
            if (Search(root, address, ref reason) is { } area)
            {
                return Read(area, isUnmapped);
            }
        }

        reason ??= "in no vmalloc area";
        return null;
    }

    private VirtAddr? Search(VirtAddr root, VirtAddr address, ref string? reason)
    {
        KernelTypes types = Objects.Types;
        if (types.FindOffset("vmap_area", "rb_node") is not { } link || types.FindOffset("rb_node", "rb_left") is not { } left
            || types.FindOffset("rb_node", "rb_right") is not { } right)
        {
            reason = "the kernel's types have no vmap_area";
            return null;
        }

        VirtAddr? node = _kernel.Reader.FindPointer(root);
        for (int depth = 0; node is { } at && depth < MaxDepth; depth++)
        {
            VirtAddr area = at - link;
            if (Objects.FindUInt(area, "vmap_area", "va_start") is not { } start || Objects.FindUInt(area, "vmap_area", "va_end") is not { } end)
            {
                reason ??= FormattableString.Invariant($"the tree of vmalloc areas breaks at {at}");
                return null;
            }

            if (address.Value >= start && address.Value < end)
            {
                return area;
            }

            node = _kernel.Reader.FindPointer(at + (address.Value < start ? left : right));
        }

        return null;
    }

    private VmallocArea Read(VirtAddr area, bool isUnmapped)
    {
        VirtAddr start = new(Objects.FindUInt(area, "vmap_area", "va_start") ?? 0);
        VirtAddr end = new(Objects.FindUInt(area, "vmap_area", "va_end") ?? 0);
        ulong structure = isUnmapped ? 0 : Objects.FindUInt(area, "vmap_area", "vm") ?? 0;

        // The word is shared with a number while the area is free, and with flags of vm_map_ram (before 5.14 its own word has them).
        bool hasStructure = structure > 0xffff && Objects.FindUInt(new VirtAddr(structure), "vm_struct", "addr") == start.Value;
        if (!hasStructure)
        {
            return new VmallocArea { Start = start, End = end, Purpose = isUnmapped ? "vmalloc" : "vm_map_ram", IsUnmapped = isUnmapped };
        }

        var vm = new VirtAddr(structure);
        ulong flags = Objects.FindUInt(vm, "vm_struct", "flags") ?? 0;
        return new VmallocArea
        {
            Start = start,
            End = end,
            Structure = vm,
            Flags = flags,
            Purpose = (flags & IoRemap) != 0 ? "ioremap" : (flags & DmaCoherent) != 0 ? "DMA memory" : (flags & Alloc) != 0 ? "vmalloc"
                : (flags & Map) != 0 ? "vmap" : "vmalloc area",
            Caller = Objects.FindPointer(vm, "vm_struct", "caller"),
            Physical = (flags & IoRemap) != 0 && Objects.FindUInt(vm, "vm_struct", "phys_addr") is { } physical ? new PhysAddr(physical) : null,
            PageCount = Objects.FindUInt(vm, "vm_struct", "nr_pages"),
            HasGuard = (flags & NoGuard) == 0,
        };
    }

    private (VirtAddr, bool)[] FindRoots()
    {
        var roots = new List<(VirtAddr, bool)>();
        if (_kernel.Symbols.FindAddress("vmap_nodes") is { } pointer && _kernel.Reader.FindPointer(pointer) is { } nodes
            && Objects.Types.FindSize("vmap_node") is { } bytes and > 0)
        {
            ulong count = _kernel.Symbols.FindAddress("nr_vmap_nodes") is { } at && _kernel.Reader.TryReadUInt32(at, out uint number) ? number : 1;
            for (ulong i = 0; i < Math.Min(count, MaxNodes); i++)
            {
                Add(roots, nodes + (i * (ulong)bytes), "busy.root", false);
            }

            for (ulong i = 0; i < Math.Min(count, MaxNodes); i++)
            {
                Add(roots, nodes + (i * (ulong)bytes), "lazy.root", true);
            }
        }

        if (_kernel.Symbols.FindAddress("vmap_area_root") is { } root)
        {
            roots.Add((root, false));
        }

        if (_kernel.Symbols.FindAddress("purge_vmap_area_root") is { } purge)
        {
            roots.Add((purge, true));
        }

        return [.. roots];
    }

    private void Add(List<(VirtAddr, bool)> roots, VirtAddr node, string member, bool isUnmapped)
    {
        if (Objects.FindAddress(node, "vmap_node", member) is { } root)
        {
            roots.Add((root, isUnmapped));
        }
    }
}
