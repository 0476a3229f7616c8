// EnumType: an enum with its constants.
namespace VaQuest.DebugInfo.Types;

/// <summary>An enum.</summary>
public sealed class EnumType(string name, int byteSize, bool isSigned, IReadOnlyList<Enumerator> enumerators) : CType
{
    public override string Name { get; } = name;

    public override long? ByteSize { get; } = byteSize;

    public bool IsSigned { get; } = isSigned;

    public IReadOnlyList<Enumerator> Enumerators { get; } = enumerators;

    /// <summary>Value of a constant, or null.</summary>
    public long? FindValue(string name)
    {
        foreach (Enumerator enumerator in Enumerators)
        {
            if (enumerator.Name == name)
            {
                return enumerator.Value;
            }
        }

        return null;
    }
}
