// ForwardType: a struct, union or enum that is declared but not defined here.
namespace VaQuest.DebugInfo.Types;

/// <summary>An incomplete type.</summary>
public sealed class ForwardType(string name, bool isUnion) : CType
{
    public override string Name { get; } = name;

    public bool IsUnion { get; } = isUnion;

    public override long? ByteSize => null;
}
