// RegisterDefinition: the instruction, call or entry that gave a register its value.
namespace VaQuest.Kernel.Code;

/// <summary>A definition.</summary>
/// <param name="Kind">What made the value.</param>
/// <param name="Index">Index of the instruction in the function; -1 for the entry and for what is not known.</param>
/// <param name="Register">The register, by DWARF number.</param>
/// <param name="Effect">How the instruction made it; null for the other kinds.</param>
public sealed record RegisterDefinition(DefinitionKind Kind, int Index, int Register, RegisterEffect? Effect = null)
{
    /// <summary>True for the same event: values of the two are equal.</summary>
    public bool IsSame(RegisterDefinition other) =>
        Kind == other.Kind && Index == other.Index && Register == other.Register && Kind != DefinitionKind.Unknown;
}
