// FloatType: floating point numbers; kernels hold few.
namespace VaQuest.DebugInfo.Types;

/// <summary>A floating point type.</summary>
public sealed class FloatType(string name, int byteSize) : CType
{
    public override string Name { get; } = name;

    public override long? ByteSize { get; } = byteSize;
}
