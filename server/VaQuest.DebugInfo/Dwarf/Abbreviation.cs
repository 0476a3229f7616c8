// Abbreviation: the shape of the entries that share an abbreviation code.
namespace VaQuest.DebugInfo.Dwarf;

/// <summary>One declaration of .debug_abbrev with what was computed once to skip its entries fast.</summary>
/// <param name="Tag">DW_TAG_* of the entries.</param>
/// <param name="HasChildren">True when children follow.</param>
/// <param name="HasCode">True when a low pc or a range list is among the attributes.</param>
/// <param name="FirstSpec">Index of the first attribute in the table's flat list.</param>
/// <param name="SpecCount">Number of attributes.</param>
/// <param name="FixedSize">Bytes of all attribute values together when that is the same for all entries, else -1.</param>
/// <param name="SiblingAt">Bytes from the attributes' start to DW_AT_sibling when fixed (and of form ref4), else -1.</param>
internal readonly record struct Abbreviation(
    DwarfTag Tag, bool HasChildren, bool HasCode, int FirstSpec, int SpecCount, int FixedSize, int SiblingAt);
