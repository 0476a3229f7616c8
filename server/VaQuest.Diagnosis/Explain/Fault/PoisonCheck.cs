// PoisonCheck: whether the memory around a bad pointer shows that its object was freed.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>
/// A freed slab object is filled with 0x6b up to its last byte, 0xa5 (include/linux/poison.h). One poisoned word alone is no freed object: the
/// words around it tell.
/// </summary>
internal sealed class PoisonCheck(FaultScene scene)
{
    /// <summary>Bytes looked at around a pointer whose object's size is not known.</summary>
    private const int Window = 32;

    /// <summary>Bytes of an object that are looked at.</summary>
    private const int MaxObject = 4096;

    /// <summary>What the memory that held a poisoned pointer shows; null when the value is no fill pattern or its place is not known.</summary>
    public Conclusion? Examine(ValueOrigin origin, PointerValue pointer)
    {
        if (pointer.Fill is not { } fill || origin.Address is not { } at)
        {
            return null;
        }

        (VirtAddr start, int size, string what) = Extent(origin, at);
        byte[] bytes = new byte[size];
        if (!scene.Kernel.Reader.Read(start, bytes).IsOk)
        {
            return new Conclusion(Certainty.CannotTell, $"whether the object that held the pointer was freed: its memory at {Words.Hex(start.Value)} is not in the dump") { Address = start };
        }

        int same = bytes.Count(b => b == fill || b == 0xa5);
        string range = $"{what} at {Words.Hex(start.Value)}";
        if (same == bytes.Length)
        {
            return new Conclusion(Certainty.Shown, $"all {bytes.Length} bytes of {range} are 0x{fill:x2}: it was freed") { Address = start };
        }

        // The pointer itself and nothing else: the value was put there, the object lives.
        return same <= origin.Bytes + 2
            ? new Conclusion(Certainty.Contradicts, $"only the pointer holds the pattern, the other {bytes.Length - same} bytes of {range} do not: the object was not freed, the value was stored in it") { Address = start }
            : new Conclusion(Certainty.Consistent, $"{same} of {bytes.Length} bytes of {range} are 0x{fill:x2}: it was freed and partly written again") { Address = start };
    }

    private (VirtAddr Start, int Size, string What) Extent(ValueOrigin origin, VirtAddr at)
    {
        if (origin is { Container: { } container, ContainerName: { Offset: 0, Pointee: { } type } name }
            && scene.Values.Kernel.Resolve(type) is StructType { ByteSize: > 0 and <= MaxObject } structure && at - container < (ulong)structure.ByteSize.Value)
        {
            return (container, (int)structure.ByteSize.Value, $"{TypeText.TagOf(structure)}{(name.Text.Length < 24 ? $" `*{name.Text}`" : "")}");
        }

        return (new VirtAddr((at.Value & ~7UL) - (Window / 2)), Window + 8, "the memory");
    }
}
