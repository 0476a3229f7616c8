// CallTarget: where a call or jump instruction leads.
using VaQuest.Binary;

namespace VaQuest.Kernel.Unwind;

/// <summary>A decoded call or jump in the crashed kernel's code.</summary>
/// <param name="Kind">How the target is given.</param>
/// <param name="Target">The start of the function, when the kind is Direct.</param>
internal readonly record struct CallTarget(CallTargetKind Kind, VirtAddr Target)
{
    public static CallTarget Unknown => default;

    public static CallTarget Indirect => new(CallTargetKind.Indirect, default);

    public static CallTarget To(VirtAddr function) => new(CallTargetKind.Direct, function);
}
