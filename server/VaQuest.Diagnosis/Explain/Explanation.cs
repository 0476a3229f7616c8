// Explanation: what happened, in sentences, saying only what is certain.
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Explain.Fault;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain;

/// <summary>Writes the verdict. Each sentence rests on the log's own words or on a frame; what is not known is left out.</summary>
internal static class Explanation
{
    /// <summary>The first page: an address below it is what the kernel calls a NULL pointer with an offset.</summary>
    private const ulong FirstPage = 4096;

    public static IReadOnlyList<string> Write(PanicSituation situation, FaultExplanation? fault = null)
    {
        fault = fault is { Sentences.Count: > 0 } ? fault : null;
        var sentences = new List<string>();
        if (situation.Record.Message is null)
        {
            sentences.Add(situation.Material.Log.Count == 0
                ? "The kernel log could not be read, so the cause of the crash is not known from it."
                : "The kernel log holds neither a panic nor an oops: the dump may have been taken from a running kernel.");
        }
        else
        {
            sentences.Add((WhatOf(fault, situation.Record) ?? What(situation)) + Where(situation, fault?.Location ?? situation.Frame?.Source) + ".");
            if (fault is null)
            {
                AddAddress(sentences, situation);
            }
        }

        if (fault is null)
        {
            AddJump(sentences, situation);
        }

        sentences.AddRange(fault?.Sentences ?? []);
        AddWho(sentences, situation);
        if (situation.Record.WentOn)
        {
            sentences.Add("The kernel went on after this oops; the dump was taken later.");
        }

        return sentences;
    }

    // The explanation may know what the log's words leave open.
    private static string? WhatOf(FaultExplanation? fault, PanicRecord record) => fault?.Cause switch
    {
        "error-pointer" when record.FaultAddress is { } address => $"The kernel used an error code as a pointer: it tried to {Verb(record)} {Words.Hex(address.Value)}",
        "division-by-zero" => "The kernel divided by zero",
        "stray-breakpoint" => "The kernel hit a breakpoint that nobody handled",
        "text-corruption" => "The kernel executed code that is not what was loaded",
        "double-free" when fault.Certainty == Certainty.Shown => "The kernel's allocator found an object that was freed twice",
        _ => null,
    };

    private static string What(PanicSituation situation)
    {
        PanicRecord record = situation.Record;
        string address = record.FaultAddress is { } known ? Words.Hex(known.Value) : "a bad address";
        return record.Kind switch
        {
            PanicKind.NullPointerDereference => $"The kernel used a NULL pointer: it tried to {Verb(record)} {address}",
            PanicKind.PageFault => $"The kernel tried to {Verb(record)} {address}, which failed ({Failure(record)})",
            PanicKind.NxExecution => $"The kernel tried to execute at {address}, in a page that is not executable",
            PanicKind.GeneralProtection => record.FaultAddress is null
                ? "The CPU raised a general protection fault"
                : $"The CPU raised a general protection fault; the kernel's decoder names the address {address}",
            PanicKind.Bug => "The kernel hit BUG()",
            PanicKind.Warning => "The kernel hit a warning and was set to panic on warnings",
            PanicKind.DivideError => "The kernel divided by zero, or the quotient did not fit",
            PanicKind.InvalidOpcode => "The CPU met an invalid instruction",
            PanicKind.StackOverflow => "The kernel ran out of stack",
            PanicKind.ListCorruption => "The kernel's list check found a corrupted list",
            PanicKind.SlabCorruption => "The kernel found corrupted slab memory",
            PanicKind.UseAfterFree => "The kernel used memory after it was freed",
            PanicKind.SoftLockup => "A CPU did not schedule for too long (soft lockup)",
            PanicKind.HardLockup => "A CPU did not take interrupts for too long (hard lockup)",
            PanicKind.HungTask => "A task was blocked for too long, and the kernel was set to panic on it",
            PanicKind.RcuStall => "An RCU grace period stalled, and the kernel was set to panic on it",
            PanicKind.Deadlock => "The kernel found a deadlock",
            PanicKind.OutOfMemory => "The kernel ran out of memory and was set to panic on it",
            PanicKind.Sysrq => "The crash was asked for through SysRq",
            PanicKind.Nmi => "The kernel panicked because of a non-maskable interrupt",
            PanicKind.MachineCheck => "The hardware reported a machine check",
            PanicKind.ExplicitPanic => "The kernel called panic()",
            PanicKind.DoubleFree => "The kernel found an object that was freed twice",
            PanicKind.OutOfBounds => "The kernel's checks found an access outside of its object",
            PanicKind.BufferOverflow => "The kernel's length check found a buffer overflow",
            PanicKind.StackCorruption => "The kernel's stack protector found an overwritten guard word",
            PanicKind.UndefinedBehaviour => "The kernel's checks found an operation that C does not define",
            PanicKind.Breakpoint => "The kernel hit a breakpoint that nobody handled",
            _ => "The kernel reported: " + DumpText.Shorten(DumpText.Escape(record.Message ?? ""), 120),
        };
    }

    private static string Verb(PanicRecord record) => record.Access switch
    {
        "write" => "write to",
        "read" => "read from",
        "instruction fetch" => "execute at",
        _ => "access",
    };

    private static string Failure(PanicRecord record) => record.AccessFailure switch
    {
        null => "the kernel's log does not say why",
        "not-present page" => "no page is mapped there",
        { } other => DumpText.Escape(other),
    };

    private static string Where(PanicSituation situation, SourceLocation? at)
    {
        if (situation.Frame is not { } frame)
        {
            return "";
        }

        string source = FrameText.SourceOf(at);
        string module = frame.Module is null ? "" : $", module {DumpText.Escape(frame.Module)}";
        string place = source.Length > 0 ? $" ({source}{module})" : module.Length > 0 ? $" ({module[2..]})" : "";
        string word = situation.Record.Kind switch
        {
            PanicKind.ExplicitPanic or PanicKind.OutOfMemory => " from ",
            _ => " in ",
        };
        return IsJump(situation) ? "" : word + FrameText.FunctionOf(frame) + place;
    }

    private static void AddAddress(List<string> sentences, PanicSituation situation)
    {
        PanicRecord record = situation.Record;
        if (record.Kind != PanicKind.NullPointerDereference || record.FaultAddress is not { } address || IsJump(situation))
        {
            return;
        }

        sentences.Add(address.Value switch
        {
            0 => "The address is 0: the pointer itself was NULL.",
            < FirstPage => FormattableString.Invariant(
                $"The address lies {address.Value} bytes above 0, as when a member at that offset is reached through a NULL pointer."),
            _ => "",
        });
        sentences.RemoveAll(sentence => sentence.Length == 0);
    }

    private static bool IsJump(PanicSituation situation) =>
        situation.Record.Access == "instruction fetch";

    private static void AddJump(List<string> sentences, PanicSituation situation)
    {
        if (!IsJump(situation) || situation.Frame is not { } frame || situation.Stack is not { } stack)
        {
            return;
        }

        string source = FrameText.SourceOf(frame.Source);
        string place = FrameText.FunctionOf(frame) + (source.Length > 0 ? $" ({source})" : "");
        sentences.Add(stack.Frames[situation.FrameIndex].Proof == FrameProof.Scan
            ? $"The nearest return address on the stack is in {place}, which may have made the call."
            : $"The CPU got there from {place}, whose call left its return address on the stack.");
    }

    private static void AddWho(List<string> sentences, PanicSituation situation)
    {
        KernelTask? task = situation.Stack?.Task;
        int? cpu = situation.Stack?.Cpu ?? situation.Record.Cpu;
        string? comm = task?.Comm ?? situation.Record.Comm;
        int? pid = task?.Pid ?? situation.Record.Pid;
        if (comm is null && cpu is null)
        {
            return;
        }

        string who = comm is null ? "" : pid == 0
            ? $" in the idle task"
            : FormattableString.Invariant($" in task {DumpText.Escape(comm)}, PID {pid}");
        string where = cpu is null ? "" : FormattableString.Invariant($" on CPU {cpu}");
        string context = situation.Stack is { } stack ? StackContext.Describe(stack.Frames, situation.FrameIndex) : "";
        string subject = situation.Record.Message is null ? "The crashed CPU was" : "It happened";
        sentences.Add($"{subject}{where}{who}{(context.Length > 0 ? ", " + context : "")}.");
    }
}
