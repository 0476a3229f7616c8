// TaskRecord: a task in words: what it is, where it runs, when it ran.
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Fs;
using VaQuest.Kernel.Mm;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages.Tasks;

/// <summary>The first tables of a task's page.</summary>
internal static class TaskRecord
{
    public static Table Of(PageContext context, KernelTask task, TaskDetails details)
    {
        IReadOnlyList<string>? command = new MemoryMapReader(context.Kernel).ReadCommandLine(task.Address, out string commandReason);
        var paths = new PathCells();
        return Table.Record(
            "task",
            "Task",
            ("pid", "PID", Cell.Of((long)task.Pid)),
            ("comm", "name", Cell.Of(task.Comm)),
            ("commandLine", "command line", command is null ? Cell.Absent(commandReason) : Cell.List(command)),
            ("address", "task_struct", Cell.Address(task.Address, "", "struct task_struct")),
            ("state", "state", Cell.Of($"{task.State} ({TaskStates.Describe(task.State)})")),
            ("stateBits", "state word", MemberCells.Hex(details.State)),
            ("exitState", "", MemberCells.Hex(details.ExitState)),
            ("exitCode", "exit code", details.ExitState.Bits == 0 ? Cell.Absent("it has not ended") : MemberCells.Hex(details.ExitCode)),
            ("onCpu", "running", Cell.Flag(task.IsOnCpu)),
            ("cpu", task.IsOnCpu ? "on CPU" : "last on CPU", Cell.Of(task.Cpu, "it could not be read")),
            ("kernelThread", "kernel thread", Cell.Flag(task.IsKernelThread)),
            ("flags", "flags", MemberCells.Names(details.Flags, TaskFlags.NamesOf)),
            ("flagBits", "", MemberCells.Hex(details.Flags)),
            ("policy", "policy", MemberCells.Text(details.Policy, PolicyText)),
            ("priority", "priority", MemberCells.Signed(details.Priority)),
            ("nice", "nice", details.StaticPriority.Signed is { } priority ? Cell.Of(priority - 120) : Cell.Absent(details.StaticPriority.Reason)),
            ("realTimePriority", "real-time priority", MemberCells.Number(details.RealTimePriority)),
            ("tgid", "process", TaskRelatives.Link(context, details.GroupLeader)),
            ("parent", "parent", TaskRelatives.Link(context, details.RealParent)),
            ("tracer", "traced by", details.Parent.Bits == details.RealParent.Bits ? Cell.Absent("nobody") : TaskRelatives.Link(context, details.Parent)),
            ("processGroup", "process group", MemberCells.Signed(details.ProcessGroup)),
            ("session", "session", MemberCells.Signed(details.Session)),
            ("innerPid", details.PidLevel.Bits is > 0 ? "PID in its namespace" : "", MemberCells.Signed(details.InnerPid)),
            ("seccomp", "seccomp", MemberCells.Text(details.Seccomp, mode => mode switch { 0 => "none", 1 => "strict", 2 => "filter", _ => Words.Hex(mode) })),
            ("cwd", "working directory", paths.Of(details.WorkingDirectory)),
            ("root", "root directory", paths.Of(details.RootDirectory)),
            ("executable", "program", ExecutableOf(details.Executable, paths)),
            ("executableDeleted", details.Executable?.IsDeleted == true ? "program deleted" : "", Cell.Flag(details.Executable?.IsDeleted == true)),
            ("memory", "mm_struct", MemberCells.Pointer(details.Memory, "struct mm_struct")),
            ("residentBytes", "resident", Cell.Bytes(task.ResidentBytes, "a kernel thread has no memory of its own")),
            ("virtualBytes", "virtual", Cell.Bytes(task.VirtualBytes, "a kernel thread has no memory of its own")),
            ("stack", "stack", Cell.Address(task.Stack, "it could not be read"))) with { Notes = paths.Notes };
    }

    public static Table TimesOf(TaskDetails details) => Table.Record(
        "times",
        "Times",
        ("userNanoseconds", "in user mode", Time(details.UserTime)),
        ("systemNanoseconds", "in the kernel", Time(details.SystemTime)),
        ("runNanoseconds", "on a CPU", Time(details.RunTime)),
        ("startNanoseconds", "started after boot", Time(details.StartTime)),
        ("lastRunNanoseconds", "last put on a CPU at", Time(details.LastRun)),
        ("voluntarySwitches", "voluntary switches", MemberCells.Number(details.VoluntarySwitches)),
        ("involuntarySwitches", "involuntary switches", MemberCells.Number(details.InvoluntarySwitches)),
        ("minorFaults", "minor page faults", MemberCells.Number(details.MinorFaults)),
        ("majorFaults", "major page faults", MemberCells.Number(details.MajorFaults)));

    private static Cell Time(MemberValue value) => Cell.Nanoseconds(value.Bits, value.Reason);

    private static string PolicyText(ulong policy) => TaskFlags.PolicyOf(policy) ?? Words.Hex(policy);

    private static Cell ExecutableOf(KernelPath? path, PathCells paths) => path is null ? Cell.Absent("it runs no program: it has no memory of its own") : paths.Of(path);
}
