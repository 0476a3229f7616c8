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
}
