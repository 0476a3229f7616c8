// NoteReader: ELF notes that lie in kernel memory.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory;

/// <summary>Walks ELF notes (name size, descriptor size, type, each part padded to 4 bytes) in the running kernel's memory.</summary>
internal static class NoteReader
{
    private const uint BuildIdType = 3;

    private const int MaxNotes = 256;

    /// <summary>The GNU build id in a range of notes, lower-case hex, or null.</summary>
    public static string? FindBuildId(KernelReader reader, VirtAddr start, int length) =>
        Find(reader, start, length, "GNU", BuildIdType) is { Length: 20 or 32 } id ? Convert.ToHexStringLower(id) : null;

    /// <summary>The descriptor of the first note with that owner and type, or null.</summary>
    public static byte[]? Find(KernelReader reader, VirtAddr start, int length, string owner, uint type)
    {
        byte[] bytes = new byte[Math.Clamp(length, 0, 64 * 1024)];
        int got = reader.Read(start, bytes).BytesRead;
        var cursor = new SpanReader(bytes.AsSpan(0, got), reader.IsBigEndian);
        for (int i = 0; i < MaxNotes; i++)
        {
            if (!cursor.TryReadUInt32(out uint nameSize) || !cursor.TryReadUInt32(out uint descSize) || !cursor.TryReadUInt32(out uint noteType)
                || nameSize > 256 || descSize > 64 * 1024
                || !cursor.TryReadBytes((int)nameSize, out ReadOnlySpan<byte> name) || !cursor.TrySkip(-nameSize & 3)
                || !cursor.TryReadBytes((int)descSize, out ReadOnlySpan<byte> descriptor))
            {
                return null;
            }

            if (noteType == type && nameSize == owner.Length + 1 && name[..owner.Length].SequenceEqual(System.Text.Encoding.ASCII.GetBytes(owner)))
            {
                return descriptor.ToArray();
            }

            if (!cursor.TrySkip(-descSize & 3))
            {
                return null;
            }
        }

        return null;
    }
}
