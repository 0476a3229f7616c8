// MemoryMap: which kind of memory an address belongs to.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.WhatIs;

/// <summary>
/// Names regions of the x86_64 address space (Documentation/arch/x86/x86_64/mm.rst) from the kernel's own variables, and the owners of
/// stacks and per-CPU areas. Says "kernel address" and no more where nothing is certain.
/// </summary>
internal sealed class MemoryMap
{
    private const ulong LargestErrno = 4095;

    /// <summary>THREAD_SIZE of x86_64 without KASAN; the type tells the real one.</summary>
    private const ulong DefaultStackBytes = 16 * 1024;

    private readonly LinuxKernel _kernel;
    private readonly Lazy<(string Name, ulong Start)[]> _bases;
    private readonly Lazy<(ulong Start, int Cpu)[]> _perCpu;

    public MemoryMap(LinuxKernel kernel)
    {
        _kernel = kernel;
        _bases = new Lazy<(string, ulong)[]>(ReadBases);
        _perCpu = new Lazy<(ulong, int)[]>(ReadPerCpu);
    }

    /// <summary>One line, such as "text of module widget, section .text" or "stack of PID 77 sh, 0x1e0 bytes from its top".</summary>
    public string Describe(VirtAddr address)
    {
        if (unchecked((ulong)-(long)address.Value) is > 0 and <= LargestErrno and var errno)
        {
            return FormattableString.Invariant($"no address: the error value -{errno}");
        }

        return DescribeImage(address) ?? DescribeStack(address) ?? DescribePerCpu(address) ?? DescribeArea(address);
    }

    private string? DescribeImage(VirtAddr address)
    {
        if (_kernel.Symbols.FindModule(address) is { } module)
        {
            ModuleRegion? region = module.Regions.FirstOrDefault(r => r.Contains(address));
            string section = _kernel.Stacks.FindSourceAddress(address) is { Section: { } name } ? ", section " + DumpText.Escape(name) : "";
            return $"{region?.Kind ?? "memory"} of module {DumpText.Escape(module.Name)}{section}";
        }

        if (_kernel.Symbols.IsText(address))
        {
            return "kernel text";
        }

        VirtAddr? start = _kernel.Symbols.FindAddress("_text") ?? _kernel.Symbols.FindAddress("_stext");
        return start is { } first && _kernel.Symbols.FindAddress("_end") is { } end && address >= first && address < end
            ? "kernel data" : null;
    }

    private string? DescribeStack(VirtAddr address)
    {
        ulong size = (ulong)(_kernel.Types.FindSize("thread_union") ?? (long)DefaultStackBytes);
        KernelTask? task = _kernel.Tasks.FindByStack(address, size);
        return task is null ? null : FormattableString.Invariant(
            $"kernel stack of PID {task.Pid} {DumpText.Escape(task.Comm)}, {Words.Hex(task.Stack!.Value + size - address)} bytes below its top");
    }

    private string? DescribePerCpu(VirtAddr address)
    {
        foreach ((ulong start, int cpu) in _perCpu.Value)
        {
            ulong size = PerCpuBytes();
            if (size > 0 && address.Value - start < size)
            {
                return FormattableString.Invariant($"per-CPU data of CPU {cpu}");
            }
        }

        return null;
    }

    private string DescribeArea(VirtAddr address)
    {
        if (address.Value < 4096)
        {
            return "first page of the address space: a NULL pointer, perhaps with an offset";
        }

        ulong top = address.Value >> 47;
        if (top == 0)
        {
            return "user address";
        }

        string? area = null;
        foreach ((string name, ulong start) in _bases.Value)
        {
            area = address.Value >= start ? name : area;
        }

        if (area is not null)
        {
            return area + PhysicalOf(address);
        }

        bool isCanonical = top == 0x1ffff || address.Value >> 56 is 0 or 0xff;
        return isCanonical ? "kernel address" + PhysicalOf(address) : "not a canonical address: no pointer of this machine";
    }

    private string PhysicalOf(VirtAddr address) =>
        _kernel.Memory.Translate(address, out ReadStatus status) is { } physical ? $", physical {physical}" : $", {ReadOutcome.Describe(status)}";

    // With KASLR the bases move; the variables hold where they were. Ascending, as the areas follow each other.
    private (string, ulong)[] ReadBases()
    {
        var bases = new List<(string Name, ulong Start)>();
        foreach ((string symbol, string name) in new[]
            { ("page_offset_base", "direct map"), ("vmalloc_base", "vmalloc area"), ("vmemmap_base", "page structures (vmemmap)") })
        {
            if (_kernel.Symbols.FindAddress(symbol) is { } at && _kernel.Reader.TryReadWord(at, out ulong start) && start != 0)
            {
                bases.Add((name, start));
            }
        }

        bases.Sort((left, right) => left.Start.CompareTo(right.Start));
        return [.. bases];
    }

    private (ulong, int)[] ReadPerCpu()
    {
        VirtAddr first = _kernel.Symbols.FindAddress("__per_cpu_start") ?? default;
        var areas = new List<(ulong, int)>();
        foreach (int cpu in _kernel.Cpus.Possible)
        {
            if (_kernel.Cpus.FindOffset(cpu) is { } offset and not 0)
            {
                areas.Add((unchecked(first.Value + offset), cpu));
            }
        }

        return [.. areas];
    }

    private ulong PerCpuBytes() =>
        _kernel.Symbols.FindAddress("__per_cpu_end") is { } end ? end - (_kernel.Symbols.FindAddress("__per_cpu_start") ?? default) : 0;
}
