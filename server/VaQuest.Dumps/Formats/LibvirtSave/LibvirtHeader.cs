// LibvirtHeader: the header of a libvirt save file.
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.LibvirtSave;

/// <summary>
/// 92 bytes in the host's byte order (libvirt: src/qemu/qemu_saveimage.h): a mark of 16, version, length of the XML, whether the guest ran, the
/// format of the stream, offset of the cookie, 14 unused words.
/// </summary>
internal sealed record LibvirtHeader(uint Version, uint DataBytes, uint StreamFormat, bool IsFinished)
{
    public const int Bytes = 92;

    private const uint LargestVersion = 0xffff;

    /// <summary>Reads the header, or returns null when the file is none.</summary>
    public static LibvirtHeader? TryRead(ReadOnlySpan<byte> head)
    {
        bool isFinished = head.StartsWith("LibvirtQemudSave"u8);
        if (!isFinished && !head.StartsWith("LibvirtQemudPart"u8))
        {
            return null;
        }

        var reader = new SpanReader(head) { Position = 16 };
        bool isBigEndian = reader.TryReadUInt32(out uint version) && version > LargestVersion;
        reader = new SpanReader(head, isBigEndian) { Position = 16 };
        if (head.Length < Bytes)
        {
            throw new DumpFormatException(FormatError.Truncated, $"the file of {head.Length} bytes ends inside the header of the libvirt save file");
        }

        version = reader.ReadUInt32();
        uint dataBytes = reader.ReadUInt32();
        reader.Skip(4);
        return new LibvirtHeader(version, dataBytes, reader.ReadUInt32(), isFinished);
    }
}
