// PanicKinds: the names of the kinds of crash, for JSON and for people.
namespace VaQuest.Diagnosis.Reports;

/// <summary>Names of <see cref="PanicKind"/>.</summary>
public static class PanicKinds
{
    /// <summary>The name in the JSON contract.</summary>
    public static string NameOf(PanicKind kind) => kind switch
    {
        PanicKind.NullPointerDereference => "null-pointer-dereference",
        PanicKind.PageFault => "page-fault",
        PanicKind.GeneralProtection => "general-protection",
        PanicKind.Bug => "bug",
        PanicKind.Warning => "warning",
        PanicKind.DivideError => "divide-error",
        PanicKind.InvalidOpcode => "invalid-opcode",
        PanicKind.StackOverflow => "stack-overflow",
        PanicKind.ListCorruption => "list-corruption",
        PanicKind.SlabCorruption => "slab-corruption",
        PanicKind.UseAfterFree => "use-after-free",
        PanicKind.SoftLockup => "soft-lockup",
        PanicKind.HardLockup => "hard-lockup",
        PanicKind.HungTask => "hung-task",
        PanicKind.RcuStall => "rcu-stall",
        PanicKind.Deadlock => "deadlock",
        PanicKind.OutOfMemory => "out-of-memory",
        PanicKind.NxExecution => "nx-execution",
        PanicKind.Sysrq => "sysrq",
        PanicKind.Nmi => "nmi",
        PanicKind.MachineCheck => "machine-check",
        PanicKind.ExplicitPanic => "explicit-panic",
        PanicKind.DoubleFree => "double-free",
        PanicKind.OutOfBounds => "out-of-bounds",
        PanicKind.BufferOverflow => "buffer-overflow",
        PanicKind.StackCorruption => "stack-corruption",
        PanicKind.UndefinedBehaviour => "undefined-behaviour",
        PanicKind.Breakpoint => "breakpoint",
        _ => "unknown",
    };

    /// <summary>True when the CPU raised an exception at the culprit's instruction.</summary>
    public static bool IsException(PanicKind kind) => kind is PanicKind.NullPointerDereference or PanicKind.PageFault
        or PanicKind.GeneralProtection or PanicKind.DivideError or PanicKind.InvalidOpcode or PanicKind.NxExecution
        or PanicKind.StackOverflow or PanicKind.Bug or PanicKind.ListCorruption or PanicKind.UseAfterFree
        or PanicKind.BufferOverflow or PanicKind.Breakpoint;

    /// <summary>True when a check of the kernel's own reported it, whose helpers on the stack are not to blame.</summary>
    public static bool IsReport(PanicKind kind) => kind is PanicKind.Bug or PanicKind.ListCorruption or PanicKind.SlabCorruption or PanicKind.Warning
        or PanicKind.ExplicitPanic or PanicKind.UseAfterFree or PanicKind.DoubleFree or PanicKind.OutOfBounds or PanicKind.BufferOverflow
        or PanicKind.StackCorruption or PanicKind.UndefinedBehaviour;

    /// <summary>True when a watchdog in an interrupt stopped the machine, so that the culprit is what it interrupted.</summary>
    public static bool IsWatchdog(PanicKind kind) => kind is PanicKind.SoftLockup or PanicKind.HardLockup or PanicKind.RcuStall
        or PanicKind.Nmi;
}
