// ModulePlace: one region of one module.
using VaQuest.Binary;
using VaQuest.Kernel.Modules;

namespace VaQuest.Kernel.Symbols;

internal sealed record ModulePlace(KernelModule Module, ModuleRegion Region)
{
    public VirtAddr Start => Region.Start;

    public VirtAddr End => Region.Start + Region.Size;

    /// <summary>A region whose parts are not known may hold code anywhere.</summary>
    public bool MayHoldText => Region.Kind is "text" or "init_text" or "core" or "init";
}
