// VoidType: void, and every type that could not be resolved.
namespace VaQuest.DebugInfo.Types;

/// <summary>The C type void.</summary>
public sealed class VoidType : CType
{
    public static readonly VoidType Instance = new();

    private VoidType()
    {
    }

    public override string Name => "void";

    public override long? ByteSize => null;
}
