// QualifiedType: const, volatile, restrict, or a tag such as __percpu.
namespace VaQuest.DebugInfo.Types;

/// <summary>A qualified type.</summary>
/// <param name="qualifier">As written in C: const, volatile, restrict, or the tag's text (percpu, rcu, user).</param>
public sealed class QualifiedType(string qualifier, TypeReference target) : CType
{
    public string Qualifier { get; } = qualifier;

    public CType Target => target.Resolve();

    public override long? ByteSize => Unqualified is TypedefType or QualifiedType ? null : Unqualified.ByteSize;
}
