// ITypeNames: what the parser must know of types.
using VaQuest.DebugInfo.Types;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>Types by name. C cannot be parsed without: (x)*y is a cast or a product.</summary>
internal interface ITypeNames
{
    BasicTypes Basic { get; }

    CType? FindStruct(string tag);

    CType? FindEnum(string tag);

    /// <summary>A typedef, when the name does not mean a variable here.</summary>
    CType? FindTypedef(string name);
}
