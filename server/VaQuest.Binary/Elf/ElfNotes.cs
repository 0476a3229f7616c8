// ElfNotes: walks the notes in a range of bytes.
using System.Text;

namespace VaQuest.Binary.Elf;

/// <summary>Note enumeration for files, vmcores and note bytes found in memory. It ends quietly at the first damaged note.</summary>
public static class ElfNotes
{
    // Owner names are a few letters; a longer one means that the bytes are not notes.
    private const int MaxOwnerLength = 256;
    private const int HeaderSize = 12;

    /// <param name="bytes">The note section's or segment's bytes.</param>
    /// <param name="bigEndian">Byte order of the file.</param>
    /// <param name="alignment">sh_addralign or p_align; 8 pads names and descriptors to 8 bytes, everything else to 4.</param>
    public static IEnumerable<ElfNote> Enumerate(ByteRegion bytes, bool bigEndian, ulong alignment = 4)
    {
        long pad = alignment == 8 ? 8 : 4;
        long at = 0;
        while (TryRead(bytes, bigEndian, pad, ref at, out ElfNote? note))
        {
            yield return note!;
        }
    }

    private static bool TryRead(ByteRegion bytes, bool bigEndian, long pad, ref long at, out ElfNote? note)
    {
        note = null;
        if (!bytes.Contains(at, HeaderSize))
        {
            return false;
        }

        var header = new SpanReader(bytes.Span(at, HeaderSize), bigEndian);
        uint nameSize = header.ReadUInt32();
        uint descriptorSize = header.ReadUInt32();
        uint type = header.ReadUInt32();
        long nameAt = at + HeaderSize;
        long descriptorAt = Align(nameAt + nameSize, pad);
        if (nameSize > MaxOwnerLength || !bytes.Contains(nameAt, nameSize) || !bytes.Contains(descriptorAt, descriptorSize))
        {
            return false;
        }

        string owner = Encoding.Latin1.GetString(bytes.Span(nameAt, (int)nameSize)).TrimEnd('\0');
        note = new ElfNote(owner, type, bytes.Slice(descriptorAt, descriptorSize));
        at = Align(descriptorAt + descriptorSize, pad);
        return true;
    }

    private static long Align(long value, long pad) => (value + pad - 1) & -pad;
}
