// ITypeResolver: turns a type's number in its own table into a type.
namespace VaQuest.DebugInfo.Types;

/// <summary>Resolves type numbers; ids that do not exist give <see cref="VoidType"/>.</summary>
public interface ITypeResolver
{
    CType Resolve(long id);
}
