// CpusPage: the CPUs of the machine.
using VaQuest.Binary;
using VaQuest.Kernel;
using VaQuest.Kernel.Objects;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest cpus`: state, current task and model of each CPU.</summary>
internal static class CpusPage
{
    private static readonly Column[] s_columns =
    [
        new("cpu", "CPU", IsRight: true), new("online", "online"), new("panicked", "panicked"), new("current", "current"), new("pid", "PID", IsRight: true),
        new("preemptCount", "preempt_count", IsRight: true), new("registers", "registers"), new("perCpuOffset", "per-CPU offset", IsRight: true),
        new("package", "package", IsRight: true), new("core", "core", IsRight: true), new("model", "model"),
    ];

    public static PageSource Source { get; } = new("cpus", "CPUs: online, current task, nesting of interrupts, model.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        LinuxKernel kernel = context.Kernel;
        return new Page("cpus", "CPUs at the crash", [
            new Table("cpus", "CPUs", s_columns, [.. kernel.Cpus.Possible.Select(cpu => RowOf(kernel, cpu))])
            {
                Notes = [.. kernel.Cpus.Warnings, .. kernel.Cpus.Online.Count < kernel.Registers.Count
                    ? ["some CPUs that are not online have registers: a panic without kdump takes the other CPUs offline before it ends, and hypervisors save CPUs that were never started"]
                    : Array.Empty<string>()],
            },
        ]);
    }

    private static IReadOnlyList<Cell> RowOf(LinuxKernel kernel, int cpu)
    {
        var task = kernel.Tasks.FindOnCpu(cpu);
        ObjectView? info = kernel.Cpus.FindPerCpu(kernel.Symbols.FindAddress("cpu_info"), cpu) is { } at && kernel.Types.Catalog?.FindStruct("cpuinfo_x86") is not null
            ? new ObjectView(kernel.Objects, at, "cpuinfo_x86")
            : null;
        const string NoInfo = "this kernel has no cpu_info that is known here";
        return
        [
            Cell.Of((long)cpu), Cell.Flag(kernel.Cpus.Online.Contains(cpu)),
            kernel.Facts.PanicCpu is { } panicked ? Cell.Flag(cpu == panicked) : Cell.Absent("the panicking CPU is not known"),
            task is null ? Cell.Absent("not known") : Cells.Task(task), Cell.Of(task?.Pid, "not known"),
            Cell.Hex(PreemptCount(kernel, cpu), "not in the dump"), Cell.Flag(kernel.Registers.ContainsKey(cpu)),
            Cell.Hex(kernel.Cpus.FindOffset(cpu), "not in the dump"),
            info is null ? Cell.Absent(NoInfo) : Cells.UInt(info, "topo.pkg_id", "phys_proc_id"),
            info is null ? Cell.Absent(NoInfo) : Cells.UInt(info, "topo.core_id", "cpu_core_id"),
            Cell.Of(info?.Text("x86_model_id")?.Trim(), info?.Why("x86_model_id") ?? NoInfo),
        ];
    }

    /// <summary>pcpu_hot.preempt_count (6.2 to 6.14), else __preempt_count; the top bit says that no reschedule is needed.</summary>
    private static ulong? PreemptCount(LinuxKernel kernel, int cpu)
    {
        VirtAddr? symbol = kernel.Symbols.FindAddress("pcpu_hot") is { } hot && kernel.Types.FindOffset("pcpu_hot", "preempt_count") is { } offset
            ? hot + offset
            : kernel.Symbols.FindAddress("__preempt_count");
        return kernel.Cpus.FindPerCpu(symbol, cpu) is { } at && kernel.Reader.TryReadUInt32(at, out uint count) ? count & 0x7fffffff : null;
    }
}
