// PointerEncoding: pointers as .eh_frame has them.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf;

namespace VaQuest.DebugInfo.Frames;

/// <summary>
/// DW_EH_PE_* (Linux Standard Base, Core, 10.5.1): the low four bits say how the value is stored, the next three what it is relative to, the top bit
/// that it is the address of the pointer.
/// </summary>
internal static class PointerEncoding
{
    /// <summary>DW_EH_PE_absptr: a word, not relative.</summary>
    public const byte Absolute = 0;

    /// <summary>DW_EH_PE_omit: no value is present.</summary>
    public const byte Omitted = 0xff;

    private const byte ProgramCounterRelative = 0x10;
    private const byte TextRelative = 0x20;
    private const byte DataRelative = 0x30;
    private const byte FunctionRelative = 0x40;
    private const byte Aligned = 0x50;
    private const byte Indirect = 0x80;

    /// <summary>Reads a pointer. Throws <see cref="DumpFormatException"/> when it is cut, or needs memory that a file does not have.</summary>
    /// <param name="reader">Stands at the pointer; its word size is the target's.</param>
    /// <param name="encoding">DW_EH_PE_* of the pointer.</param>
    /// <param name="section">What relative pointers are relative to.</param>
    /// <param name="offset">Offset of the reader's start in the section.</param>
    /// <param name="function">Start of the function, for function-relative pointers.</param>
    public static ulong Read(ref SpanReader reader, byte encoding, CallFrameBases section, long offset, ulong function = 0)
    {
        if (encoding == Omitted)
        {
            return 0;
        }

        if ((encoding & Indirect) != 0)
        {
            throw DwarfErrors.Unsupported(section.Name, offset + reader.Position, "an indirect pointer");
        }

        ulong place = unchecked(section.Address + (ulong)(offset + reader.Position));
        if ((encoding & 0x70) == Aligned)
        {
            reader.Skip((long)(unchecked(0 - place) & (ulong)(reader.WordSize - 1)));
            return reader.ReadWord();
        }

        ulong value = ReadValue(ref reader, encoding, section, offset);
        return unchecked((encoding & 0x70) switch
        {
            0 => value,
            ProgramCounterRelative => value + place,
            TextRelative => value + section.Text,
            DataRelative => value + section.Data,
            FunctionRelative => value + function,
            _ => throw DwarfErrors.Bad(section.Name, offset + reader.Position, FormattableString.Invariant($"the pointer encoding 0x{encoding:x} is bad")),
        });
    }

    private static ulong ReadValue(ref SpanReader reader, byte encoding, CallFrameBases section, long offset) => (encoding & 0x0f) switch
    {
        0x00 => reader.ReadWord(),
        0x01 => reader.ReadUleb128(),
        0x02 => reader.ReadUInt16(),
        0x03 => reader.ReadUInt32(),
        0x04 => reader.ReadUInt64(),
        0x08 => reader.WordSize == 4 ? unchecked((ulong)reader.ReadInt32()) : reader.ReadUInt64(),
        0x09 => unchecked((ulong)reader.ReadSleb128()),
        0x0a => unchecked((ulong)(short)reader.ReadUInt16()),
        0x0b => unchecked((ulong)reader.ReadInt32()),
        0x0c => reader.ReadUInt64(),
        _ => throw DwarfErrors.Bad(section.Name, offset + reader.Position, FormattableString.Invariant($"the pointer encoding 0x{encoding:x} is bad")),
    };
}
