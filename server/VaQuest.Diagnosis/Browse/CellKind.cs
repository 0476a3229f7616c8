// CellKind: how a cell is written as data.
namespace VaQuest.Diagnosis.Browse;

/// <summary>Kinds of cells.</summary>
public enum CellKind
{
    /// <summary>Not known; the text is the reason.</summary>
    Absent,
    Text,
    Number,
    Flag,

    /// <summary>A number that is written in hexadecimal.</summary>
    Hex,
    Address,
    List,
}
