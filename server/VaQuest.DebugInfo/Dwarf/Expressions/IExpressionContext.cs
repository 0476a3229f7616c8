// IExpressionContext: what a DWARF expression may ask of the frame it is evaluated for.
namespace VaQuest.DebugInfo.Dwarf.Expressions;

/// <summary>
/// The frame, thread and object of an evaluation. Every question is answered with a value, or with null and the reason. Addresses are those
/// of the crashed machine, except where a member says otherwise.
/// </summary>
public interface IExpressionContext
{
    /// <summary>A register's value in this frame, by DWARF number.</summary>
    ulong? FindRegister(int dwarfRegister, out Absence? reason);

    /// <summary>Fills <paramref name="destination"/> from memory; null when all of it was read.</summary>
    Absence? ReadMemory(ulong address, Span<byte> destination);

    /// <summary>The address that DW_AT_frame_base of the function gives.</summary>
    ulong? FindFrameBase(out Absence? reason);

    /// <summary>The canonical frame address: the stack pointer in the caller before the call.</summary>
    ulong? FindCfa(out Absence? reason);

    /// <summary>The address of the object that DW_OP_push_object_address means.</summary>
    ulong? FindObjectAddress(out Absence? reason);

    /// <summary>Address of a thread-local variable at an offset in its block.</summary>
    ulong? FindThreadAddress(ulong offset, out Absence? reason);

    /// <summary>Where an address of the debug information (link-time) is in the crashed machine.</summary>
    ulong? Relocate(ulong linkAddress, out Absence? reason);

    /// <summary>
    /// The value that an expression had when the function was entered (DW_OP_entry_value): the caller may still know it.
    /// </summary>
    ulong? FindEntryValue(ReadOnlySpan<byte> expression, out Absence? reason);

    /// <summary>The value of a parameter at the call (DW_OP_GNU_parameter_ref), by the entry's offset in .debug_info.</summary>
    ulong? FindParameterAtEntry(long infoOffset, out Absence? reason);

    /// <summary>The value of a variable (DW_OP_GNU_variable_value), by the entry's offset in .debug_info.</summary>
    ulong? FindVariableValue(long infoOffset, out Absence? reason);
}
