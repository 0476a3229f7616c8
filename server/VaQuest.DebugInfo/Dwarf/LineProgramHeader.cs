// LineProgramHeader: how a line program is encoded and which files it names.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>The header of a line program, versions 2 to 5 (DWARF 5, 6.2.4).</summary>
internal struct LineProgramHeader
{
    // DW_LNCT_*
    private const ulong ContentPath = 1;
    private const ulong ContentDirectory = 2;

    // Formats list path, directory, time, size, MD5 and vendor contents.
    private const int MaxFormats = 32;

    /// <summary>Bytes of the whole program, length field included.</summary>
    public int Length;

    /// <summary>Bytes from the start to the first opcode.</summary>
    public int ProgramStart;
    public int AddressSize;
    public byte MinInstructionLength;
    public byte MaxOperations;
    public sbyte LineBase;
    public byte LineRange;
    public byte OpcodeBase;

    /// <summary>Operand counts of the standard opcodes, from opcode 1.</summary>
    public ByteRegion OperandCounts;
    public LineFiles Files;

    public static LineProgramHeader Read(DwarfSections sections, long offset, int addressSize, string compilationDirectory)
    {
        DwarfSection section = sections.Lines;
        var lengthReader = new SpanReader(section.SpanFrom(offset, 12), sections.IsBigEndian);
        try
        {
            (ulong length, int offsetSize) = DwarfUnitHeader.ReadLength(ref lengthReader, section.Name, offset);
            int lengthField = lengthReader.Position;

            // A program longer than the section is cut where the section ends.
            long available = Math.Min(section.Length - offset, int.MaxValue - 64);
            int whole = length <= (ulong)(available - lengthField) ? (int)length + lengthField : (int)available;
            var reader = new SpanReader(section.Span(offset, whole), sections.IsBigEndian) { Position = lengthField };
            var header = new LineProgramHeader { Length = whole, AddressSize = addressSize };
            header.ReadFields(ref reader, sections, offset, offsetSize, compilationDirectory);
            return header;
        }
        catch (DumpFormatException error) when (error.Error == FormatError.Truncated)
        {
            throw DwarfErrors.Bad(section.Name, offset, "a line program's header is cut");
        }
    }

    private void ReadFields(ref SpanReader reader, DwarfSections sections, long offset, int offsetSize, string compilationDirectory)
    {
        int version = reader.ReadUInt16();
        if (version is < 2 or > 5)
        {
            throw DwarfErrors.Unsupported(".debug_line", offset, FormattableString.Invariant($"version {version}"));
        }

        if (version >= 5)
        {
            AddressSize = reader.ReadByte();
            reader.ReadByte();
        }

        ulong headerLength = reader.ReadUInt(offsetSize);
        ulong start = unchecked(headerLength + (ulong)reader.Position);
        if (headerLength > int.MaxValue || start > (ulong)Length)
        {
            throw DwarfErrors.Bad(".debug_line", offset, "a line program's header does not fit");
        }

        ProgramStart = (int)start;
        MinInstructionLength = reader.ReadByte();
        MaxOperations = version >= 4 ? reader.ReadByte() : (byte)1;
        reader.ReadByte();
        LineBase = unchecked((sbyte)reader.ReadByte());
        LineRange = reader.ReadByte();
        OpcodeBase = reader.ReadByte();
        if (LineRange == 0 || OpcodeBase == 0)
        {
            throw DwarfErrors.Bad(".debug_line", offset, "a line program's line range or opcode base is 0");
        }

        OperandCounts = new ByteRegion(reader.ReadBytes(OpcodeBase - 1).ToArray());
        Files = new LineFiles(sections, compilationDirectory, countsFromZero: version >= 5);
        if (version >= 5)
        {
            ReadEntries(ref reader, offset, offsetSize, isFiles: false);
            ReadEntries(ref reader, offset, offsetSize, isFiles: true);
        }
        else
        {
            ReadOldTables(ref reader, offset);
        }

        Files.Complete();
    }

    private readonly void ReadOldTables(ref SpanReader reader, long offset)
    {
        while (TryReadName(ref reader, offset, out LineFiles.NameReference directory))
        {
            Files.AddDirectory(directory);
        }

        while (TryReadName(ref reader, offset, out LineFiles.NameReference file))
        {
            int directory = (int)Math.Min(int.MaxValue, reader.ReadUleb128());
            reader.ReadUleb128();
            reader.ReadUleb128();
            Files.AddFile(file, directory);
        }
    }

    private static bool TryReadName(ref SpanReader reader, long offset, out LineFiles.NameReference name)
    {
        name = new LineFiles.NameReference(LineFiles.NameSection.Lines, offset + reader.Position);
        if (!reader.TryReadCString(out ReadOnlySpan<byte> text))
        {
            throw DwarfErrors.Bad(".debug_line", offset, "a file name has no end");
        }

        return !text.IsEmpty;
    }

    private readonly void ReadEntries(ref SpanReader reader, long offset, int offsetSize, bool isFiles)
    {
        int formatCount = reader.ReadByte();
        if (formatCount > MaxFormats)
        {
            throw DwarfErrors.TooMany(".debug_line", offset, FormattableString.Invariant($"{formatCount} entry formats"), MaxFormats);
        }

        Span<ulong> formats = stackalloc ulong[2 * MaxFormats];
        for (int i = 0; i < 2 * formatCount; i++)
        {
            formats[i] = reader.ReadUleb128();
        }

        ulong count = reader.ReadUleb128();
        for (ulong i = 0; i < count && formatCount > 0; i++)
        {
            LineFiles.NameReference name = default;
            int directory = 0;
            for (int f = 0; f < formatCount; f++)
            {
                ReadContent(ref reader, offset, offsetSize, formats[2 * f], (DwarfForm)Math.Min(ushort.MaxValue, formats[(2 * f) + 1]),
                    ref name, ref directory);
            }

            if (isFiles)
            {
                Files.AddFile(name, directory);
            }
            else
            {
                Files.AddDirectory(name);
            }
        }
    }

    private static void ReadContent(
        ref SpanReader reader, long offset, int offsetSize, ulong content, DwarfForm form, ref LineFiles.NameReference name,
        ref int directory)
    {
        long at = offset + reader.Position;
        ulong value = ReadForm(ref reader, offset, offsetSize, form);
        if (content == ContentPath)
        {
            name = form switch
            {
                DwarfForm.LineStrp => new LineFiles.NameReference(LineFiles.NameSection.LineStrings, unchecked((long)value)),
                DwarfForm.Strp => new LineFiles.NameReference(LineFiles.NameSection.Strings, unchecked((long)value)),
                DwarfForm.String => new LineFiles.NameReference(LineFiles.NameSection.Lines, at),
                _ => default,
            };
        }
        else if (content == ContentDirectory)
        {
            directory = (int)Math.Min(int.MaxValue, value);
        }
    }

    private static ulong ReadForm(ref SpanReader reader, long offset, int offsetSize, DwarfForm form)
    {
        switch (form)
        {
            case DwarfForm.LineStrp or DwarfForm.Strp or DwarfForm.StrpSup or DwarfForm.SecOffset:
                return reader.ReadUInt(offsetSize);
            case DwarfForm.Udata or DwarfForm.Strx:
                return reader.ReadUleb128();
            case DwarfForm.Data1 or DwarfForm.Strx1:
                return reader.ReadByte();
            case DwarfForm.Data2 or DwarfForm.Strx2:
                return reader.ReadUInt16();
            case DwarfForm.Data4 or DwarfForm.Strx4:
                return reader.ReadUInt32();
            case DwarfForm.Data8:
                return reader.ReadUInt64();
            case DwarfForm.Strx3:
                reader.ReadBytes(3);
                return 0;
            case DwarfForm.Data16:
                reader.ReadBytes(16);
                return 0;
            case DwarfForm.Block:
                reader.ReadBytes((int)Math.Min(int.MaxValue, reader.ReadUleb128()));
                return 0;
            case DwarfForm.String when reader.TryReadCString(out _):
                return 0;
            default:
                throw DwarfErrors.Unsupported(".debug_line", offset, FormattableString.Invariant($"the form 0x{(int)form:x} in a file table"));
        }
    }
}
