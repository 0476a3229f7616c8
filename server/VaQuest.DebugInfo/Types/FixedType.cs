// FixedType: a reference to a type that is already there.
namespace VaQuest.DebugInfo.Types;

/// <summary>Resolves every number to one type: for types that are made up, such as a pointer to a known type.</summary>
public sealed class FixedType(CType type) : ITypeResolver
{
    /// <summary>A reference to <paramref name="type"/>.</summary>
    public static TypeReference To(CType type) => new(new FixedType(type), 0);

    public CType Resolve(long id) => type;
}
