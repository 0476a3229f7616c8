// PerCpuAreas: the chunks of memory that hold per-CPU variables.
using VaQuest.Binary;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Kernel.Memory.PerCpu;

/// <summary>
/// mm/percpu.c: the first chunk has the static variables, those of modules, and some allocated memory; further chunks are in the vmalloc area. Each
/// has a unit of the same size for every CPU. Read when first asked; safe for concurrent callers.
/// </summary>
public sealed class PerCpuAreas
{
    /// <summary>pcpu_nr_slots is about 15 to 25.</summary>
    private const ulong MaxSlots = 256;

    /// <summary>Chunks; each serves a unit of 32 KiB or more to every CPU.</summary>
    private const int MaxChunks = 20_000;

    /// <summary>A unit is a large page at most, or a few: 64 MiB in pages of 4 KiB.</summary>
    private const ulong MaxUnitPages = 1 << 14;

    private readonly LinuxKernel _kernel;
    private readonly Lazy<Unit[]> _units;

    internal PerCpuAreas(LinuxKernel kernel)
    {
        _kernel = kernel;
        _units = new Lazy<Unit[]>(ReadUnits);
    }

    private ulong StaticStart => _kernel.Symbols.FindAddress("__per_cpu_start")?.Value ?? 0;

    private ulong StaticEnd => _kernel.Symbols.FindAddress("__per_cpu_end")?.Value ?? 0;

    /// <summary>The CPU's copy that an address is in; null when it is in no per-CPU memory.</summary>
    public PerCpuPlace? Find(VirtAddr address)
    {
        Unit[] units = _units.Value;
        int low = 0;
        int high = units.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (units[middle].Start <= address.Value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low == 0 || address.Value - units[low - 1].Start >= units[low - 1].Bytes)
        {
            return null;
        }

        Unit unit = units[low - 1];
        return Describe(unit.Cpu, new VirtAddr(unchecked(address.Value - unit.Offset)));
    }

    /// <summary>What a per-CPU pointer (as kernel structures hold them) points to; null when no chunk has it.</summary>
    public PerCpuPlace? FindPointer(VirtAddr pointer)
    {
        int first = _kernel.Cpus.Possible[0];
        return _kernel.Cpus.FindOffset(first) is { } offset and not 0 && Find(pointer + offset) is { } place && place.Cpu == first
            ? place with { Cpu = null } : null;
    }

    private PerCpuPlace Describe(int cpu, VirtAddr pointer)
    {
        if (pointer.Value >= StaticStart && pointer.Value < StaticEnd)
        {
            return new PerCpuPlace(cpu, pointer, _kernel.Symbols.FindPerCpuAt(pointer, new VirtAddr(StaticEnd)), null, false);
        }

        foreach (KernelModule module in _kernel.Modules)
        {
            if (_kernel.Objects.FindPointer(module.Address, "module", "percpu") is { } start
                && _kernel.Objects.FindUInt(module.Address, "module", "percpu_size") is { } size && pointer - start < size)
            {
                return new PerCpuPlace(cpu, pointer, FindInModule(module, start, pointer), module.Name, false);
            }
        }

        return new PerCpuPlace(cpu, pointer, null, null, true);
    }

    private SymbolHit? FindInModule(KernelModule module, VirtAddr start, VirtAddr pointer)
    {
        KernelSymbol? best = null;
        foreach (KernelSymbol symbol in _kernel.Symbols.EnumerateModule(module))
        {
            bool isBefore = symbol.Address >= start && symbol.Address <= pointer;
            best = isBefore && (best is null || symbol.Address > best.Address) ? symbol : best;
        }

        return best is null ? null : new SymbolHit(best, pointer - best.Address);
    }

    private Unit[] ReadUnits()
    {
        var units = new List<Unit>();
        ulong staticBytes = StaticEnd > StaticStart ? StaticEnd - StaticStart : 0;
        ulong unitBytes = _kernel.Symbols.FindAddress("pcpu_unit_size") is { } at && _kernel.Reader.TryReadUInt32(at, out uint size) && size > 0 ? size : staticBytes;
        if (unitBytes == 0)
        {
            return [];
        }

        ulong firstBytes = Math.Min(unitBytes, Math.Max(staticBytes, FirstChunkBytes()));
        foreach (int cpu in _kernel.Cpus.Possible)
        {
            if (_kernel.Cpus.FindOffset(cpu) is { } offset and not 0)
            {
                units.Add(new Unit(unchecked(StaticStart + offset), firstBytes, cpu, offset));
            }
        }

        AddChunks(units);
        units.Sort((left, right) => left.Start.CompareTo(right.Start));
        return [.. units];
    }

    // Units of the first chunk lie in large pages, and what they do not use was given back: pcpu_first_chunk covers the last part in use.
    private ulong FirstChunkBytes()
    {
        ulong most = 0;
        foreach (string name in new[] { "pcpu_first_chunk", "pcpu_reserved_chunk" })
        {
            if (_kernel.Symbols.FindAddress("pcpu_base_addr") is { } baseAt && _kernel.Reader.FindPointer(baseAt) is { } start
                && _kernel.Symbols.FindAddress(name) is { } at && _kernel.Reader.FindPointer(at) is { } chunk
                && _kernel.Objects.FindPointer(chunk, "pcpu_chunk", "base_addr") is { } part && part >= start
                && _kernel.Objects.FindUInt(chunk, "pcpu_chunk", "nr_pages") is { } pages and < MaxUnitPages)
            {
                ulong unused = _kernel.Objects.FindUInt(chunk, "pcpu_chunk", "end_offset") ?? 0;
                ulong end = part - start + (pages << _kernel.PageMap.PageShift);
                most = Math.Max(most, end - Math.Min(unused, end));
            }
        }

        return most;
    }

    // A per-CPU pointer is the address in the unit of the first chunk's base, moved to where the static variables are numbered.
    private void AddChunks(List<Unit> units)
    {
        KernelSymbols symbols = _kernel.Symbols;
        KernelObjects objects = _kernel.Objects;
        if ((symbols.FindAddress("pcpu_chunk_lists") ?? symbols.FindAddress("pcpu_slot")) is not { } lists || objects.Reader.FindPointer(lists) is not { } slots
            || symbols.FindAddress("pcpu_nr_slots") is not { } countAt || !objects.Reader.TryReadUInt32(countAt, out uint count)
            || symbols.FindAddress("pcpu_unit_offsets") is not { } unitOffsetsAt || objects.Reader.FindPointer(unitOffsetsAt) is not { } unitOffsets
            || objects.Types.FindOffset("pcpu_chunk", "list") is not { } link)
        {
            return;
        }

        int chunks = 0;
        VirtAddr? first = symbols.FindAddress("pcpu_first_chunk") is { } firstAt ? objects.Reader.FindPointer(firstAt) : null;
        ulong headBytes = 2 * (ulong)objects.Reader.WordSize;
        for (ulong slot = 0; slot < Math.Min(count, MaxSlots); slot++)
        {
            foreach (VirtAddr chunk in objects.ReadList(slots + (slot * headBytes), link, MaxChunks, out _))
            {
                if (++chunks > MaxChunks || objects.FindPointer(chunk, "pcpu_chunk", "base_addr") is not { } start
                    || objects.FindUInt(chunk, "pcpu_chunk", "nr_pages") is not { } pages || pages is 0 or >= MaxUnitPages || chunk == first)
                {
                    continue;
                }

                foreach (int cpu in _kernel.Cpus.Possible)
                {
                    if (objects.Reader.TryReadWord(unitOffsets + (ulong)(cpu * objects.Reader.WordSize), out ulong unitOffset)
                        && _kernel.Cpus.FindOffset(cpu) is { } cpuOffset)
                    {
                        units.Add(new Unit((start + unitOffset).Value, pages << _kernel.PageMap.PageShift, cpu, cpuOffset));
                    }
                }
            }
        }
    }

    /// <summary>The memory of one CPU in one chunk.</summary>
    /// <param name="Start">Its first address.</param>
    /// <param name="Bytes">Its size.</param>
    /// <param name="Cpu">The CPU.</param>
    /// <param name="Offset">What is added to a per-CPU pointer to get there.</param>
    private sealed record Unit(ulong Start, ulong Bytes, int Cpu, ulong Offset);
}
