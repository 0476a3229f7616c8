// MemoryBlocks: the memory blocks of the machine and their states.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Memory.Hotplug;

/// <summary>
/// Blocks from the xarray memory_blocks (since 5.8; drivers/base/memory.c), else from the memory subsystem's list of devices. A kernel without memory
/// hotplug has none. Immutable; safe for concurrent callers.
/// </summary>
public sealed class MemoryBlocks
{
    /// <summary>Blocks of 128 MiB, of a machine with 12 TiB.</summary>
    private const int MaxBlocks = 100_000;


    private static readonly (string Enumerator, ulong Value, string Name)[] s_states =
    [
        ("MEM_ONLINE", 1, MemoryBlock.Online), ("MEM_GOING_OFFLINE", 2, "going offline"), ("MEM_OFFLINE", 4, "offline"),
        ("MEM_GOING_ONLINE", 8, "going online"), ("MEM_CANCEL_ONLINE", 16, "onlining was cancelled"),
        ("MEM_CANCEL_OFFLINE", 32, "offlining was cancelled"), ("MEM_PREPARE_ONLINE", 64, "preparing to go online"),
        ("MEM_FINISH_OFFLINE", 128, "offline, finishing"),
    ];

    private MemoryBlocks(IReadOnlyList<MemoryBlock> all, string? missing)
    {
        All = all;
        Missing = missing;
    }

    /// <summary>By physical address.</summary>
    public IReadOnlyList<MemoryBlock> All { get; }

    /// <summary>Why there are none, or not all; null when the list is whole.</summary>
    public string? Missing { get; }

    /// <summary>The block that holds a physical address, or null.</summary>
    public MemoryBlock? Find(PhysAddr address)
    {
        int low = 0;
        int high = All.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (All[middle].Start <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > 0 && All[low - 1].Contains(address) ? All[low - 1] : null;
    }

    /// <summary>True when memory was being put online or offline: a writer has mem_hotplug_lock (struct percpu_rw_semaphore since 4.13; block since 5.7).</summary>
    public static bool IsChanging(LinuxKernel kernel) =>
        kernel.Symbols.FindAddress("mem_hotplug_lock") is { } semaphore
        && kernel.Objects.FindUInt(semaphore, "percpu_rw_semaphore", "block.counter", "readers_block") is not (null or 0);

    internal static MemoryBlocks Read(LinuxKernel kernel)
    {
        if (kernel.PageMap.Sections is not { } sections)
        {
            return new MemoryBlocks([], "this kernel does not divide memory into sections");
        }

        KernelObjects objects = kernel.Objects;
        if (objects.Types.FindMember("memory_block", "state") is null)
        {
            return new MemoryBlocks([], "the kernel's types have no memory blocks");
        }

        List<VirtAddr> addresses = FindBlocks(kernel, out string? damage);
        if (addresses.Count == 0)
        {
            return new MemoryBlocks([], damage ?? "the kernel keeps no memory blocks");
        }

        ulong sectionBytes = 1UL << sections.SectionBits;
        ulong perBlock = SectionsPerBlock(kernel);
        var blocks = new List<MemoryBlock>();
        foreach (VirtAddr address in addresses)
        {
            if (objects.FindUInt(address, "memory_block", "start_section_nr") is not { } first
                || objects.FindUInt(address, "memory_block", "state") is not { } state || first > ulong.MaxValue / sectionBytes)
            {
                damage ??= FormattableString.Invariant($"the memory block at {address} is not in the dump");
                continue;
            }

            int? node = (int?)objects.FindInt(address, "memory_block", "nid");
            blocks.Add(new MemoryBlock(
                first / perBlock, new PhysAddr(first * sectionBytes), perBlock * sectionBytes, StateName(objects.Types, state), node, address));
        }

        blocks.Sort((left, right) => left.Start.CompareTo(right.Start));
        return new MemoryBlocks(blocks, damage);
    }

    private static string StateName(KernelTypes types, ulong state)
    {
        foreach ((string enumerator, ulong value, string name) in s_states)
        {
            // An enum since 6.19; the macros before it had these numbers since 2.6.
            if (state == (types.Catalog?.FindEnum("memory_block_state")?.FindValue(enumerator) is { } told ? (ulong)told : value))
            {
                return name;
            }
        }

        return FormattableString.Invariant($"state {state}");
    }

    private static ulong SectionsPerBlock(LinuxKernel kernel) =>
        kernel.Symbols.FindAddress("sections_per_block") is { } at && kernel.Reader.TryReadUInt32(at, out uint count) && count is > 0 and < 65536 ? count : 1;

    private static List<VirtAddr> FindBlocks(LinuxKernel kernel, out string? damage)
    {
        if (kernel.Symbols.FindAddress("memory_blocks") is { } array)
        {
            WalkResult walk = new IndexWalks(kernel.Reader, kernel.Types).Array(array);
            damage = walk.Damage;
            return [.. walk.Items.Take(MaxBlocks).Select(item => item.Address)];
        }

        return FindDevices(kernel, out damage);
    }

    // bus_type.p (subsys_private) has the list klist_devices of device_private.knode_bus, each with its device.
    private static List<VirtAddr> FindDevices(LinuxKernel kernel, out string? damage)
    {
        var blocks = new List<VirtAddr>();
        damage = null;
        KernelObjects objects = kernel.Objects;
        if (kernel.Symbols.FindAddress("memory_subsys") is not { } bus || objects.FindPointer(bus, "bus_type", "p") is not { } subsystem
            || objects.FindAddress(subsystem, "subsys_private", "klist_devices.k_list") is not { } head
            || objects.Types.FindOffset("device_private", "knode_bus.n_node") is not { } link
            || objects.Types.FindOffset("memory_block", "dev") is not { } device)
        {
            return blocks;
        }

        foreach (VirtAddr entry in objects.ReadList(head, link, MaxBlocks, out damage))
        {
            if (objects.FindPointer(entry, "device_private", "device") is { } dev)
            {
                blocks.Add(dev - device);
            }
        }

        return blocks;
    }
}
