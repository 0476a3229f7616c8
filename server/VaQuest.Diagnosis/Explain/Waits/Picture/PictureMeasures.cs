// PictureMeasures: the sizes of the wait-for picture.
namespace VaQuest.Diagnosis.Explain.Waits.Picture;

/// <summary>In units of which a line of text is 16 high: a client may draw them as pixels, or larger or smaller.</summary>
public static class PictureMeasures
{
    /// <summary>Characters of a line: what fits into a box in a font whose characters are at most 7 units wide.</summary>
    public const int MaxLine = 34;

    public const int NodeWidth = 252;

    public const int LineHeight = 16;

    /// <summary>Above the first and below the last line of a box.</summary>
    public const int Padding = 8;

    /// <summary>Between columns: room for the words on an arrow.</summary>
    public const int ColumnGap = 110;

    /// <summary>Between boxes of a column.</summary>
    public const int RowGap = 20;

    /// <summary>Between parts of the picture that have nothing to do with each other.</summary>
    public const int PartGap = 40;

    /// <summary>Around everything.</summary>
    public const int Margin = 16;

    public static int HeightOf(int lines) => (2 * Padding) + (Math.Max(1, lines) * LineHeight);
}
