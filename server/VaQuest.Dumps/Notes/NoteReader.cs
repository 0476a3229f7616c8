// NoteReader: reads ELF notes from a dump, however damaged.
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Notes;

/// <summary>
/// ELF notes: namesz, descsz and type of 4 bytes each, then name and descriptor padded to 4 bytes, in ELF64 too (include/uapi/linux/elf.h;
/// kernel/kexec_core.c). Each CPU's buffer ends with a zero header, which is skipped.
/// </summary>
internal sealed class NoteReader(DumpSource source, bool isBigEndian, DumpLimits limits, List<string> warnings)
{
    private const int HeaderBytes = 12;

    /// <summary>Longest owner name in use is 14 bytes; this bounds hostile ones.</summary>
    private const int MaxNameBytes = 256;

    /// <summary>NT_VMCOREDD (include/uapi/linux/elf.h), of owner LINUX.</summary>
    private const uint DeviceDumpType = 0x700;

    /// <summary>Its payload begins with the driver's name for it (VMCOREDD_MAX_NAME_BYTES).</summary>
    private const int DeviceNameBytes = 44;

    private readonly List<DumpNote> _notes = [];
    private readonly List<DeviceDump> _devices = [];
    private long _bytesRead;
    private long _zerosSkipped;

    /// <summary>The notes read so far, in the order of the file.</summary>
    public IReadOnlyList<DumpNote> Notes => _notes;

    /// <summary>The device dumps among them; their data stays in the file.</summary>
    public IReadOnlyList<DeviceDump> DeviceDumps => _devices;

    /// <summary>True when notes are missing because the file ends.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Reads the notes of one area of the file. What lies behind damage is left out, with a warning.</summary>
    public void Read(long offset, ulong size)
    {
        if (offset < 0 || offset > source.Length)
        {
            IsCut = true;
            Warn($"notes are said to be at offset 0x{offset:x}, outside the file of {source.Length} bytes; they are left out");
            return;
        }

        ulong left = (ulong)(source.Length - offset);
        if (size > left)
        {
            IsCut = true;
            Warn($"notes of {size} bytes at offset 0x{offset:x} reach beyond the end of the file at {source.Length}; the rest is missing");
            size = left;
        }

        ReadArea(offset, offset + (long)size);
    }

    private void ReadArea(long at, long end)
    {
        var window = new SourceWindow(source);
        while (end - at >= HeaderBytes)
        {
            var header = new SpanReader(window.At(at, HeaderBytes, "a note"), isBigEndian);
            if (!header.TryReadUInt32(out uint nameBytes) || !header.TryReadUInt32(out uint descriptorBytes) || !header.TryReadUInt32(out uint type))
            {
                return;
            }

            if (nameBytes == 0 && descriptorBytes == 0 && type == 0)
            {
                if (SkipZeros(window, at + HeaderBytes, end) is not { } after)
                {
                    Warn($"the notes are empty from offset 0x{at:x} on for more than {limits.MaxNotePaddingBytes} bytes; what may be behind is left out");
                    return;
                }

                at = after;
                continue;
            }

            long descriptorAt = at + HeaderBytes + Padded(nameBytes);
            long next = descriptorAt + Padded(descriptorBytes);
            if (nameBytes > MaxNameBytes || descriptorAt > end || descriptorBytes > (ulong)(end - descriptorAt))
            {
                Warn($"the note at offset 0x{at:x} claims a name of {nameBytes} and data of {descriptorBytes} bytes, more than is there; notes from it on are left out");
                return;
            }

            if (!Add(window, at + HeaderBytes, (int)nameBytes, descriptorAt, descriptorBytes, type))
            {
                return;
            }

            at = next;
        }
    }

    /// <summary>Adds a note; false when a limit was met.</summary>
    private bool Add(SourceWindow window, long nameAt, int nameBytes, long descriptorAt, uint descriptorBytes, uint type)
    {
        if (_notes.Count >= limits.MaxNotes)
        {
            Warn($"the dump has more than {limits.MaxNotes} notes; the rest is left out");
            return false;
        }

        string name = NameOf(window.At(nameAt, nameBytes, "a note's name"));
        if (type == DeviceDumpType && name == "LINUX" && descriptorBytes >= DeviceNameBytes)
        {
            string device = DumpText.Clean(window.At(descriptorAt, DeviceNameBytes, "a device dump's name"));
            _devices.Add(new DeviceDump(source, device, descriptorAt + DeviceNameBytes, descriptorBytes - DeviceNameBytes));
            _notes.Add(new DumpNote(name, type, ReadOnlyMemory<byte>.Empty) { Bytes = descriptorBytes });
            return true;
        }

        bool isKept = descriptorBytes <= (uint)limits.MaxNoteBytes && _bytesRead + descriptorBytes <= limits.MaxNotesBytes;
        if (!isKept)
        {
            Warn($"the note \"{name}\" of type 0x{type:x} has {descriptorBytes} bytes, more than is kept; its data is left out");
            _notes.Add(new DumpNote(name, type, ReadOnlyMemory<byte>.Empty) { Bytes = descriptorBytes });
            return true;
        }

        byte[] descriptor = window.At(descriptorAt, (int)descriptorBytes, "a note").ToArray();
        _bytesRead += descriptor.Length;
        _notes.Add(new DumpNote(name, type, descriptor));
        return true;
    }

    /// <summary>The next place that is not zero, in steps of 4 bytes; null when all notes together have had more padding than a machine can.</summary>
    private long? SkipZeros(SourceWindow window, long at, long end)
    {
        const int Step = 4096;
        while (at < end)
        {
            ReadOnlySpan<byte> bytes = window.At(at, (int)Math.Min(Step, end - at), "a note");
            if (bytes.IsEmpty)
            {
                return end;
            }

            int used = bytes.IndexOfAnyExcept((byte)0);
            if (used >= 0)
            {
                return at + (used & ~3);
            }

            at += bytes.Length;
            _zerosSkipped += bytes.Length;
            if (_zerosSkipped > limits.MaxNotePaddingBytes)
            {
                return null;
            }
        }

        return end;
    }

    private static string NameOf(ReadOnlySpan<byte> bytes) => DumpText.Clean(bytes);

    private static long Padded(uint length) => ((long)length + 3) & ~3L;

    private void Warn(FormattableString sentence)
    {
        // A damaged table may complain for every note; a few sentences say it all.
        if (warnings.Count < 32)
        {
            warnings.Add(FormattableString.Invariant(sentence));
        }
    }
}
