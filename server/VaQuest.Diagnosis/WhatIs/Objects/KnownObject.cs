// KnownObject: an object whose type is sure because of what points at it.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;

namespace VaQuest.Diagnosis.WhatIs.Objects;

/// <summary>An object.</summary>
/// <param name="Start">Its address.</param>
/// <param name="Type">Its type.</param>
/// <param name="How">What points at it, in words: "signal of PID 106 nc".</param>
internal sealed record KnownObject(VirtAddr Start, StructType Type, string How)
{
    public bool Contains(VirtAddr address) => address - Start < (ulong)(Type.ByteSize ?? 0);
}
