// SlabObjectPart: which part of an object's slot an address is in.
namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>Parts of a slot, in their order.</summary>
public enum SlabObjectPart
{
    /// <summary>In front of the object, where nothing may be written.</summary>
    LeftRedZone,

    Object,

    /// <summary>Behind the object: red zone, alignment, who allocated it, padding.</summary>
    Behind,
}
