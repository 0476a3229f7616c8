// StackDepot: stacks that the kernel keeps once and names by a number.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>
/// lib/stackdepot.c: a handle has a pool's number and an offset in it (union handle_parts); pools are stack_slabs, later stack_pools. Never throws on data.
/// </summary>
internal sealed class StackDepot(LinuxKernel kernel)
{
    /// <summary>DEPOT_STACK_ALIGN: offsets count 16 bytes.</summary>
    private const int AlignBits = 4;

    private const ulong MaxPools = 1 << 21;

    private const ulong MaxFrames = 64;

    /// <summary>The stack of a handle, innermost first; empty when it cannot be read.</summary>
    public IReadOnlyList<VirtAddr> Read(uint handle)
    {
        var frames = new List<VirtAddr>();
        KernelObjects objects = kernel.Objects;
        if (handle == 0 || Field(handle, "offset") is not { } offset || FindPool(handle) is not { } pool
            || objects.Types.FindOffset("stack_record", "entries") is not { } entries)
        {
            return frames;
        }

        VirtAddr record = pool + (offset << AlignBits);
        if (objects.FindUInt(record, "stack_record", "size") is not { } count || count > MaxFrames)
        {
            return frames;
        }

        for (ulong i = 0; i < count && objects.Reader.FindPointer(record + entries + (i * (ulong)objects.Reader.WordSize)) is { } frame; i++)
        {
            frames.Add(frame);
        }

        return frames;
    }

    // Pool numbers count from 1 since 6.10 (pool_index_plus_1), so that no handle is 0.
    private VirtAddr? FindPool(uint handle)
    {
        ulong? index = Field(handle, "pool_index_plus_1") is { } next and > 0 ? next - 1 : Field(handle, "pool_index") ?? Field(handle, "slabindex");
        if (index is not { } number || number >= MaxPools || (kernel.Symbols.FindAddress("stack_pools") ?? kernel.Symbols.FindAddress("stack_slabs")) is not { } table)
        {
            return null;
        }

        ulong at = number * (ulong)kernel.Reader.WordSize;
        return kernel.Reader.FindPointer(table + at);
    }

    private ulong? Field(uint handle, string member) =>
        kernel.Types.FindMember("handle_parts", member) is { BitSize: > 0 } field
            ? (handle >> (int)((field.Offset * 8) + (ulong)field.BitOffset)) & ((1UL << field.BitSize) - 1) : null;
}
