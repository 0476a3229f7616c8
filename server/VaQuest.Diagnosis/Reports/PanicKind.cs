// PanicKind: the kinds of crash that the report tells apart.
namespace VaQuest.Diagnosis.Reports;

/// <summary>Kinds of crash, as in the JSON contract.</summary>
public enum PanicKind
{
    Unknown,
    NullPointerDereference,
    PageFault,
    GeneralProtection,
    Bug,
    Warning,
    DivideError,
    InvalidOpcode,
    StackOverflow,
    ListCorruption,
    SlabCorruption,
    UseAfterFree,
    SoftLockup,
    HardLockup,
    HungTask,
    RcuStall,
    Deadlock,
    OutOfMemory,
    NxExecution,
    Sysrq,
    Nmi,
    MachineCheck,
    ExplicitPanic,

    /// <summary>An object was freed twice.</summary>
    DoubleFree,

    /// <summary>A checker of the kernel (KASAN, KFENCE, the checks of user copies) saw an access outside of its object.</summary>
    OutOfBounds,

    /// <summary>FORTIFY_SOURCE saw a length larger than its variable.</summary>
    BufferOverflow,

    /// <summary>The stack protector's guard word was overwritten.</summary>
    StackCorruption,

    /// <summary>UBSAN saw an operation that C does not define.</summary>
    UndefinedBehaviour,

    /// <summary>A breakpoint instruction that nobody handled.</summary>
    Breakpoint,
}
