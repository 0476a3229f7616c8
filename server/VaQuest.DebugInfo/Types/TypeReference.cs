// TypeReference: a type by number, resolved when it is asked for.
namespace VaQuest.DebugInfo.Types;

/// <summary>A reference into a resolver's table.</summary>
public readonly record struct TypeReference(ITypeResolver Resolver, long Id)
{
    public CType Resolve() => Resolver.Resolve(Id);
}
