// CommonEntry: a common information entry (CIE): what the frame descriptions of a unit share.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf;

namespace VaQuest.DebugInfo.Frames;

/// <summary>A decoded CIE (DWARF 5, 6.4.1; LSB Core 10.6 for .eh_frame). Immutable.</summary>
internal sealed class CommonEntry
{
    /// <summary>Where it is in the section.</summary>
    public required long Offset { get; init; }

    public required int AddressSize { get; init; }

    public required int SegmentSize { get; init; }

    public required ulong CodeAlignment { get; init; }

    public required long DataAlignment { get; init; }

    /// <summary>DWARF number of the return address column.</summary>
    public required int ReturnRegister { get; init; }

    /// <summary>Encoding of the addresses in its descriptions.</summary>
    public required byte AddressEncoding { get; init; }

    /// <summary>Encoding of a description's pointer to language data; Omitted when there is none.</summary>
    public required byte LanguageEncoding { get; init; }

    /// <summary>True when descriptions have augmentation data with its length before it.</summary>
    public required bool HasAugmentationData { get; init; }

    /// <summary>True for frames that were interrupted (augmentation S).</summary>
    public required bool IsSignal { get; init; }

    /// <summary>The initial instructions: bytes from the section's start.</summary>
    public required long Program { get; init; }

    public required int ProgramLength { get; init; }

    /// <summary>Decodes a CIE. Throws <see cref="DumpFormatException"/> when it is damaged or of a kind that cannot be read.</summary>
    /// <param name="header">Where it is.</param>
    /// <param name="body">Its bytes behind length and id.</param>
    /// <param name="section">The section.</param>
    /// <param name="wordSize">Word size of the file.</param>
    /// <param name="isBigEndian">Byte order of the file.</param>
    public static CommonEntry Decode(in FrameEntryHeader header, ReadOnlySpan<byte> body, CallFrameBases section, int wordSize, bool isBigEndian)
    {
        var reader = new SpanReader(body, isBigEndian, wordSize);
        int version = reader.ReadByte();
        if (version is not (1 or 3 or 4))
        {
            throw DwarfErrors.Unsupported(section.Name, header.Offset, FormattableString.Invariant($"call frames of version {version}"));
        }

        string augmentation = System.Text.Encoding.ASCII.GetString(reader.ReadCString());
        if (augmentation == "eh")
        {
            reader.Skip(wordSize);
        }

        int addressSize = version == 4 ? reader.ReadByte() : wordSize;
        int segmentSize = version == 4 ? reader.ReadByte() : 0;
        if (addressSize is not (4 or 8) || segmentSize is not (0 or 1 or 2 or 4 or 8))
        {
            throw DwarfErrors.Bad(section.Name, header.Offset, "call frames have addresses of an impossible size");
        }

        ulong codeAlignment = reader.ReadUleb128();
        long dataAlignment = reader.ReadSleb128();
        ulong returnRegister = version == 1 ? reader.ReadByte() : reader.ReadUleb128();
        var letters = Augmentation.Read(ref reader, augmentation, section, header.BodyOffset);
        return new CommonEntry
        {
            Offset = header.Offset,
            AddressSize = addressSize,
            SegmentSize = segmentSize,
            CodeAlignment = codeAlignment,
            DataAlignment = dataAlignment,
            ReturnRegister = (int)Math.Min(returnRegister, int.MaxValue),
            AddressEncoding = letters.AddressEncoding,
            LanguageEncoding = letters.LanguageEncoding,
            HasAugmentationData = letters.HasData,
            IsSignal = letters.IsSignal,
            Program = header.BodyOffset + reader.Position,
            ProgramLength = reader.Remaining,
        };
    }

    /// <summary>What the letters of an augmentation say.</summary>
    private readonly record struct Augmentation(byte AddressEncoding, byte LanguageEncoding, bool HasData, bool IsSignal)
    {
        public static Augmentation Read(ref SpanReader reader, string letters, CallFrameBases section, long offset)
        {
            if (letters is "" or "eh")
            {
                return new Augmentation(PointerEncoding.Absolute, PointerEncoding.Omitted, false, false);
            }

            if (letters[0] != 'z')
            {
                throw DwarfErrors.Unsupported(section.Name, offset, $"call frames with the augmentation \"{Printable(letters)}\"");
            }

            ulong length = reader.ReadUleb128();
            int end = length <= (ulong)reader.Remaining ? reader.Position + (int)length : throw DwarfErrors.Bad(section.Name, offset, "an augmentation is cut");
            byte address = PointerEncoding.Absolute;
            byte language = PointerEncoding.Omitted;
            bool isSignal = false;
            foreach (char letter in letters.AsSpan(1))
            {
                switch (letter)
                {
                    case 'R':
                        address = reader.ReadByte();
                        break;
                    case 'L':
                        language = reader.ReadByte();
                        break;
                    case 'P':
                        // The personality routine is nothing to a walk; only its length matters.
                        byte personality = (byte)(reader.ReadByte() & 0x7f);
                        PointerEncoding.Read(ref reader, personality, section, offset);
                        break;
                    case 'S':
                        isSignal = true;
                        break;
                    default:
                        // What is behind an unknown letter cannot be told apart; the length leads over it.
                        reader.Position = end;
                        return new Augmentation(address, language, true, isSignal);
                }
            }

            reader.Position = end;
            return new Augmentation(address, language, true, isSignal);
        }

        private static string Printable(string letters) => new([.. letters.Take(16).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '?')]);
    }
}
