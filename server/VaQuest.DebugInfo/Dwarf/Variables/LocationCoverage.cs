// LocationCoverage: what a location list says of an instruction.
namespace VaQuest.DebugInfo.Dwarf.Variables;

/// <summary>The result of looking an instruction up in a location list.</summary>
internal enum LocationCoverage
{
    /// <summary>An entry holds it.</summary>
    Found,

    /// <summary>The list's first entry begins behind it.</summary>
    NotYet,

    /// <summary>No entry holds it, but an earlier one exists, or the list is empty.</summary>
    None,
}
