// GeneratedCode: BPF programs and trampolines, and the copies that ftrace makes of its trampolines.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Unwind;

/// <summary>
/// Code that no symbol table has: the list bpf_kallsyms (struct bpf_ksym, since 5.8: include/linux/bpf.h) and ftrace_ops_trampoline_list (struct
/// ftrace_ops: include/linux/ftrace.h, since 5.9). Read when the first address outside of the kernel and its modules is asked for. Safe for
/// concurrent callers.
/// </summary>
internal sealed class GeneratedCode
{
    private const int MaxRegions = 65_536;

    private const ulong MaxRegionBytes = 16 << 20;

    private const int MaxName = 512;

    /// <summary>FTRACE_OPS_FL_SAVE_REGS where types do not tell.</summary>
    private const ulong SaveRegisters = 4;

    private readonly LinuxKernel _kernel;
    private readonly Lazy<GeneratedRegion[]> _regions;

    public GeneratedCode(LinuxKernel kernel)
    {
        _kernel = kernel;
        _regions = new Lazy<GeneratedRegion[]>(Read);
    }

    /// <summary>The region that holds an address, or null.</summary>
    public GeneratedRegion? Find(VirtAddr address) => Array.Find(_regions.Value, region => region.Contains(address));

    private GeneratedRegion[] Read()
    {
        var regions = new List<GeneratedRegion>();
        KernelObjects objects = _kernel.Objects;
        foreach (VirtAddr symbol in ReadList("bpf_kallsyms", "bpf_ksym", "lnode"))
        {
            string name = objects.FindText(symbol, "bpf_ksym", "name") is { Length: > 0 and < MaxName } text ? Tasks.CommText.Escape(text) : "bpf";
            ulong? end = objects.FindUInt(symbol, "bpf_ksym", "end");
            Add(regions, name, objects.FindPointer(symbol, "bpf_ksym", "start"), end, null);
        }

        ulong saves = _kernel.Types.Catalog?.FindEnumerator("FTRACE_OPS_FL_SAVE_REGS") is { } flag and > 0 ? (ulong)flag : SaveRegisters;
        foreach (VirtAddr ops in ReadList("ftrace_ops_trampoline_list", "ftrace_ops", "list"))
        {
            VirtAddr? start = objects.FindPointer(ops, "ftrace_ops", "trampoline");
            ulong? size = objects.FindUInt(ops, "ftrace_ops", "trampoline_size");
            bool hasRegisters = ((objects.FindUInt(ops, "ftrace_ops", "flags") ?? 0) & saves) != 0;
            VirtAddr? original = _kernel.Symbols.FindAddress(hasRegisters ? "ftrace_regs_caller" : "ftrace_caller");
            Add(regions, "ftrace_trampoline", start, start is { } at && size is { } bytes ? (at + bytes).Value : null, original);
        }

        return [.. regions];
    }

    private VirtAddr[] ReadList(string head, string tag, string member) =>
        _kernel.Symbols.FindAddress(head) is { } list && _kernel.Types.FindOffset(tag, member) is { } link
            ? _kernel.Objects.ReadList(list, link, MaxRegions, out _)
            : [];

    private static void Add(List<GeneratedRegion> regions, string name, VirtAddr? start, ulong? end, VirtAddr? original)
    {
        if (start is { } at && end is { } stop && stop > at.Value && stop - at.Value <= MaxRegionBytes)
        {
            regions.Add(new GeneratedRegion(name, at, stop - at.Value, original));
        }
    }
}
