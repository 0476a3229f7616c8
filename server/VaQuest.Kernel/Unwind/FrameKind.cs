// FrameKind: what sort of frame a stack entry is.
namespace VaQuest.Kernel.Unwind;

/// <summary>Kinds of stack frames, as in the JSON contract.</summary>
public enum FrameKind
{
    Normal,
    Inlined,
    TailCall,
    Exception,
    Interrupt,
    Nmi,
    User,
}
