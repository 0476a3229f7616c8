// SignalAction: what a task does with one signal.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Tasks;

/// <summary>A struct sigaction that is not the default.</summary>
/// <param name="Number">Of the signal.</param>
/// <param name="Handler">Address of the handler in the process; 1 (SIG_IGN) when the signal is ignored.</param>
/// <param name="Flags">SA_*.</param>
/// <param name="Mask">Signals that are blocked meanwhile.</param>
public sealed record SignalAction(int Number, MemberValue Handler, MemberValue Flags, MemberValue Mask)
{
    public bool IsIgnored => Handler.Bits == 1;
}
