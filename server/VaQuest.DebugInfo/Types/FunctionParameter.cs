// FunctionParameter: one parameter of a function type.
namespace VaQuest.DebugInfo.Types;

/// <summary>A parameter; the name may be empty.</summary>
public sealed record FunctionParameter(string Name, TypeReference TypeReference)
{
    public CType Type => TypeReference.Resolve();
}
