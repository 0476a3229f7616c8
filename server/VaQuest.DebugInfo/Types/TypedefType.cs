// TypedefType: another name of a type.
namespace VaQuest.DebugInfo.Types;

/// <summary>A typedef.</summary>
public sealed class TypedefType(string name, TypeReference target) : CType
{
    public override string Name { get; } = name;

    public CType Target => target.Resolve();

    public override long? ByteSize => Unqualified is TypedefType or QualifiedType ? null : Unqualified.ByteSize;
}
