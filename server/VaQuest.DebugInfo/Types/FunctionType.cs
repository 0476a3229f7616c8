// FunctionType: a function's type, behind function pointers.
namespace VaQuest.DebugInfo.Types;

/// <summary>A function prototype.</summary>
public sealed class FunctionType(TypeReference returnType, IReadOnlyList<FunctionParameter> parameters, bool isVariadic) : CType
{
    public CType ReturnType => returnType.Resolve();

    public IReadOnlyList<FunctionParameter> Parameters { get; } = parameters;

    public bool IsVariadic { get; } = isVariadic;

    public override long? ByteSize => null;
}
