// PointerType: a pointer to another type.
namespace VaQuest.DebugInfo.Types;

/// <summary>A pointer.</summary>
public sealed class PointerType(TypeReference target, int byteSize) : CType
{
    public CType Target => target.Resolve();

    public override long? ByteSize { get; } = byteSize;
}
