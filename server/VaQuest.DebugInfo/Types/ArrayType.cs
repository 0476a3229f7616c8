// ArrayType: a one-dimensional array; more dimensions are arrays of arrays.
namespace VaQuest.DebugInfo.Types;

/// <summary>An array. A flexible array member has <see cref="Count"/> 0.</summary>
public sealed class ArrayType(TypeReference element, long count) : CType
{
    public CType Element => element.Resolve();

    /// <summary>Number of elements.</summary>
    public long Count { get; } = count;

    /// <summary>Arrays of arrays are followed so far; deeper ones are damage, such as an array of itself.</summary>
    private const int MaxDimensions = 64;

    public override long? ByteSize
    {
        get
        {
            long count = 1;
            CType type = this;
            for (int i = 0; i < MaxDimensions; i++)
            {
                if (type.Unqualified is not ArrayType array)
                {
                    long? size = type.ByteSize;
                    return size is null or < 0 || (count > 0 && size > long.MaxValue / count) ? null : size * count;
                }

                if (array.Count < 0 || (array.Count > 0 && count > long.MaxValue / array.Count))
                {
                    return null;
                }

                count *= array.Count;
                type = array.Element;
            }

            return null;
        }
    }
}
