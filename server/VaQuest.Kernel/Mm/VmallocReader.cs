// VmallocReader: what is mapped in the vmalloc area.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Mm;

/// <summary>
/// mm/vmalloc.c: busy areas are in the list vmap_area_list until 6.8, in a tree of each of the vmap_nodes since 6.9. Bounded and cycle-checked.
/// </summary>
public sealed class VmallocReader(LinuxKernel kernel)
{
    /// <summary>Areas in all: 30,000 tasks have as many stacks there.</summary>
    private const int MaxAreas = 2_000_000;

    /// <summary>Nodes since 6.9: one for each CPU, 128 at most.</summary>
    private const uint MaxNodes = 1024;

    /// <summary>VM_* of include/linux/vmalloc.h; VM_KASAN and what follows has moved between releases and is left out.</summary>
    private static readonly (ulong Bit, string Name)[] s_flags =
    [
        (1, "ioremap"), (2, "vmalloc"), (4, "vmap"), (8, "user"), (0x10, "dma-coherent"), (0x20, "uninitialized"), (0x40, "no-guard"),
    ];

    private readonly KernelObjects _objects = kernel.Objects;

    /// <summary>All areas by address.</summary>
    public IReadOnlyList<VmallocArea> Read(List<string> notes, CancellationToken cancellation)
    {
        var areas = new List<VmallocArea>();
        foreach (VirtAddr address in FindAreas(notes, cancellation))
        {
            if (ReadArea(new ObjectView(_objects, address, "vmap_area")) is { } area)
            {
                areas.Add(area);
            }
            else if (notes.Count < 16)
            {
                notes.Add(FormattableString.Invariant($"the vmap_area at {address} is not in the dump"));
            }
        }

        areas.Sort((left, right) => left.Start.CompareTo(right.Start));
        return areas;
    }

    private static VmallocArea? ReadArea(ObjectView area)
    {
        if (area.UInt("va_start") is not { } start || area.UInt("va_end") is not { } end)
        {
            return null;
        }

        ObjectView? descriptor = area.Behind("vm_struct", "vm");
        ulong flags = descriptor?.UInt("flags") ?? 0;
        return new VmallocArea(
            new VirtAddr(start), unchecked(end - start), descriptor?.Address, [.. s_flags.Where(flag => (flags & flag.Bit) != 0).Select(flag => flag.Name)],
            descriptor?.UInt("nr_pages"), descriptor?.Pointer("caller"), descriptor?.UInt("phys_addr") is { } physical and not 0 ? physical : null);
    }

    private IEnumerable<VirtAddr> FindAreas(List<string> notes, CancellationToken cancellation)
    {
        if (kernel.Symbols.FindAddress("vmap_area_list") is { } list && _objects.Types.FindOffset("vmap_area", "list") is { } link)
        {
            VirtAddr[] found = _objects.ReadList(list, link, MaxAreas, out string? damage);
            Note(notes, damage);
            return found;
        }

        if (kernel.Symbols.FindAddress("vmap_nodes") is { } symbol && kernel.Reader.FindPointer(symbol) is { } first
            && _objects.Types.FindSize("vmap_node") is { } size and > 0 && _objects.Types.FindOffset("vmap_area", "rb_node") is { } node)
        {
            return FindInNodes(first, (ulong)size, node, notes, cancellation);
        }

        notes.Add("vmalloc areas have no form that is known here (vmap_area_list, or vmap_nodes)");
        return [];
    }

    private List<VirtAddr> FindInNodes(VirtAddr first, ulong size, ulong link, List<string> notes, CancellationToken cancellation)
    {
        var found = new List<VirtAddr>();
        var walks = new LinkedWalks(kernel.Reader, kernel.Types);
        uint count = kernel.Symbols.FindAddress("nr_vmap_nodes") is { } at && kernel.Reader.TryReadUInt32(at, out uint nodes) ? Math.Min(nodes, MaxNodes) : 1;
        for (uint i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_objects.FindAddress(first + (i * size), "vmap_node", "busy.root") is not { } root)
            {
                notes.Add("struct vmap_node has no member busy in this kernel");
                break;
            }

            WalkResult tree = walks.RedBlackTree(root);
            Note(notes, tree.Damage);
            found.AddRange(tree.Items.Select(item => item.Address - link));
        }

        return found;
    }

    private static void Note(List<string> notes, string? damage)
    {
        if (damage is not null && notes.Count < 16)
        {
            notes.Add(damage);
        }
    }
}
