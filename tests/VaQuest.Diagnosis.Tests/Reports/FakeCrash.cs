// FakeCrash: a small crash made up for tests, with every part a report shows.
using VaQuest.Binary;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Reports;
using VaQuest.Kernel;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Tests.Reports;

/// <summary>Material of a NULL dereference in a module "widget", written in a system call.</summary>
internal static class FakeCrash
{
    public const string BuildDirectory = "/build/linux-6.1.174";

    public static readonly KernelTask Shell = new()
    {
        Address = new VirtAddr(0xffff8880_0123_4000), Pid = 77, Tgid = 77, ParentPid = 1, Comm = "sh", State = "R", Cpu = 1, IsOnCpu = true,
        Stack = new VirtAddr(0xffffc900_0010_0000),
    };

    public static readonly KernelTask Idle = new()
    {
        Address = new VirtAddr(0xffff8880_0100_0000), Pid = 0, Comm = "swapper/0", State = "R", Cpu = 0, IsOnCpu = true, IsKernelThread = true,
    };

    public static CrashMaterial Material() => new()
    {
        Dump = new DumpFacts("/var/crash/vmcore", "kdump-compressed", ["lzo"], "x86_64", 4096, true, 384UL << 20, 31),
        Kernel = new KernelFacts
        {
            Release = "6.1.0-49-cloud-amd64",
            Version = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.174-1 (2026-01-02)",
            BuildId = "0123456789abcdef0123456789abcdef01234567",
            KaslrOffset = 0x1c000000UL,
            Taints = new Known<IReadOnlyList<string>>(["out-of-tree", "unsigned"], null),
            DebugInfo = [new DebugFileUse("vmlinux", "/usr/lib/debug/boot/vmlinux-6.1.0-49-cloud-amd64", "0123456789abcdef0123456789abcdef01234567")],
            CommandLine = "console=ttyS0 quiet",
        },
        System = new SystemFacts
        {
            Cpus = 2,
            Tasks = 74,
            UptimeSeconds = 12.25,
            CrashTimeUtc = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Hostname = Fact.Absent<string>("page excluded from the dump"),
            MemoryBytes = 360UL << 20,
            LoadAverage = new Known<IReadOnlyList<double>>([0.5, 0.25, 0.125], null),
        },
        Log = Log(),
        Stacks = [PanicStack(), IdleStack()],
        Modules = [new KernelModule { Name = "widget", Address = new VirtAddr(0xffffffffc0203000), State = "Live", Regions = [], Taints = ["out-of-tree"] }],
        Coverage = [new CoverageEntry("symbols", "full", "122,000 symbols from kallsyms in the dump")],
    };

    public static IReadOnlyList<LogRecord> Log() =>
    [
        Record(1, 11.9, "widget: loading out-of-tree module taints kernel."),
        Record(2, 12.0, "BUG: kernel NULL pointer dereference, address: 0000000000000018"),
        Record(3, 12.0, "#PF: supervisor write access in kernel mode"),
        Record(4, 12.0, "#PF: error_code(0x0002) - not-present page"),
        Record(5, 12.0, "Oops: 0002 [#1] PREEMPT SMP NOPTI"),
        Record(6, 12.0, "CPU: 1 PID: 77 Comm: sh Tainted: G           OE      6.1.0-49-cloud-amd64 #1"),
    ];

    public static LogRecord Record(ulong sequence, double seconds, string text, int level = 4) =>
        new(sequence, (ulong)(seconds * 1e9), level, 0, text, null);

    public static StackTrace PanicStack() => new()
    {
        Cpu = 1,
        Task = Shell,
        State = "running",
        IsPanicStack = true,
        EndReason = "user mode",
        IsComplete = true,
        Frames =
        [
            Frame(0, "crash_kexec", 0xffffffff9d0c0010, FrameProof.Registers) with { Offset = 0x10, FunctionSize = 0x80 },
            Frame(1, "asm_exc_page_fault", 0xffffffff9d801226, FrameProof.Orc) with { Kind = FrameKind.Exception, Offset = 0x26, FunctionSize = 0x30 },
            Frame(2, "slot_of", 0xffffffffc020101c, FrameProof.InlineInfo) with
                { Kind = FrameKind.Inlined, Module = "widget", Symbol = "widget_store", Offset = 0x1c, FunctionSize = 0x40, Source = At("/src/widget/widget.h", 9) },
            Frame(3, "widget_store", 0xffffffffc020101c, FrameProof.SavedRegisters) with
            {
                Module = "widget", Offset = 0x1c, FunctionSize = 0x40, Source = At("/src/widget/widget_core.c", 42),
                Registers = [new("rip", 0xffffffffc020101c), new("rsp", 0xffffc90000103e00), new("rax", 0), new("rdi", 0x18), new("rsi", 0xffff888001234000)],
            },
            Frame(4, "vfs_write", 0xffffffff9d3f00cc, FrameProof.Orc) with
                { IsReturnAddress = true, Offset = 0xcc, FunctionSize = 0x400, Source = At(BuildDirectory + "/fs/read_write.c", 582) },
            Frame(5, "do_syscall_64", 0xffffffff9dc00a5c, FrameProof.Orc) with
                { IsReturnAddress = true, Offset = 0x5c, FunctionSize = 0xc0, Source = At(BuildDirectory + "/arch/x86/entry/common.c", 80) },
            Frame(6, null, 0x7f001234, FrameProof.SavedRegisters) with { Kind = FrameKind.User },
        ],
    };

    public static StackTrace IdleStack() => new()
    {
        Cpu = 0,
        Task = Idle,
        State = "idle",
        EndReason = "end of stack",
        IsComplete = true,
        Frames = [Frame(0, "default_idle", 0xffffffff9dc10010, FrameProof.Registers) with { Offset = 0x10, FunctionSize = 0x20 }],
    };

    public static StackFrame Frame(int index, string? function, ulong pc, FrameProof proof) =>
        new() { Index = index, Kind = FrameKind.Normal, Function = function, Pc = new VirtAddr(pc), Proof = proof };

    public static SourceLocation At(string file, int line) => new(file, line, 0, BuildDirectory);
}
