// ObjectNote: what an address belongs to, in a few words.
using VaQuest.Binary;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>An object or a region.</summary>
/// <param name="Text">A few words for a sentence: "lab_ring+0x40 [lab_null]", "an object of kmalloc-64, allocated".</param>
/// <param name="Kind">symbol, text, stack, slab, per-cpu, …</param>
internal sealed record ObjectNote(string Text, string Kind)
{
    /// <summary>Where the object begins, when that is known.</summary>
    public VirtAddr? Start { get; init; }

    /// <summary>Bytes of the object, or 0.</summary>
    public ulong Size { get; init; }

    /// <summary>Of slab objects: whether it is free; null when that is not known.</summary>
    public bool? IsFree { get; init; }
}
