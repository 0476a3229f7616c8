// IntegerType: integers, characters and booleans.
namespace VaQuest.DebugInfo.Types;

/// <summary>An integer type.</summary>
public sealed class IntegerType(string name, int byteSize, bool isSigned, bool isBoolean, bool isCharacter) : CType
{
    public override string Name { get; } = name;

    public override long? ByteSize { get; } = byteSize;

    public bool IsSigned { get; } = isSigned;

    public bool IsBoolean { get; } = isBoolean;

    /// <summary>True for char, signed char and unsigned char: arrays of them are text.</summary>
    public bool IsCharacter { get; } = isCharacter;
}
