// ElfVmcoreWriter: writes ELF vmcores for tests.
namespace VaQuest.TestKit.Dumps;

/// <summary>
/// Builds an ELF core of a machine. Defaults make the smallest sound file: 64-bit, little-endian, x86_64, headers packed. Recipe:
/// <code>new ElfVmcoreWriter().Notes(notes).Segment(0x1000, bytes).Segment(0x8000, bytes, memoryBytes: 0x3000).ToArray()</code>
/// </summary>
public sealed class ElfVmcoreWriter
{
    private readonly List<Load> _segments = [];
    private byte[]? _notes;

    public bool Is64 { get; init; } = true;

    public bool IsBigEndian { get; init; }

    /// <summary>e_machine; 62 is x86_64.</summary>
    public ushort Machine { get; init; } = 62;

    /// <summary>e_type; 4 is a core.</summary>
    public ushort Type { get; init; } = 4;

    /// <summary>e_flags; 1 is makedumpfile's incomplete mark.</summary>
    public uint Flags { get; init; }

    /// <summary>e_ehsize; QEMU 7.2 writes 8.</summary>
    public ushort HeaderSize { get; init; } = 64;

    /// <summary>Where program headers go; null packs them behind the ELF header.</summary>
    public int? ProgramHeadersAt { get; init; }

    /// <summary>e_phentsize, larger than the structure when a producer pads it.</summary>
    public int? ProgramHeaderBytes { get; init; }

    /// <summary>True: e_phnum is 0xffff and section header 0 has the count.</summary>
    public bool UsesExtendedCount { get; init; }

    /// <summary>p_align of every segment; makedumpfile -E writes 0.</summary>
    public ulong Alignment { get; init; }

    /// <summary>True: the bytes of each segment begin at a multiple of <see cref="Alignment"/>, as netdump and /proc/vmcore have them.</summary>
    public bool IsDataAligned { get; init; }

    private int WordSize => Is64 ? 8 : 4;

    public ElfVmcoreWriter Notes(NoteWriter notes)
    {
        _notes = notes.ToArray();
        return this;
    }

    /// <summary>A PT_LOAD of stored bytes.</summary>
    /// <param name="physical">p_paddr.</param>
    /// <param name="bytes">What the file holds: p_filesz bytes.</param>
    /// <param name="memoryBytes">p_memsz; as many as are stored when null.</param>
    /// <param name="virtualAddress">p_vaddr.</param>
    /// <param name="offset">p_offset when it is not where the writer puts the bytes.</param>
    /// <param name="fileBytes">p_filesz when it is not the number of bytes.</param>
    public ElfVmcoreWriter Segment(
        ulong physical, byte[] bytes, ulong? memoryBytes = null, ulong virtualAddress = 0, ulong? offset = null, ulong? fileBytes = null)
    {
        _segments.Add(new Load(physical, bytes, memoryBytes ?? (ulong)bytes.Length, virtualAddress, offset, fileBytes));
        return this;
    }

    public byte[] ToArray()
    {
        int headerBytes = ProgramHeaderBytes ?? (Is64 ? 56 : 32);
        int headersAt = ProgramHeadersAt ?? (Is64 ? 64 : 52);
        int count = _segments.Count + (_notes is null ? 0 : 1);
        int sectionAt = headersAt + (count * headerBytes);
        long dataAt = sectionAt + (UsesExtendedCount ? SectionHeaderBytes : 0);
        var file = new WireWriter(IsBigEndian, WordSize);
        WriteElfHeader(file, headersAt, headerBytes, count, sectionAt);
        if (UsesExtendedCount)
        {
            file.At(sectionAt + (Is64 ? 44 : 28)).U32((uint)count).At(dataAt);
        }

        int index = 0;
        if (_notes is not null)
        {
            WriteProgramHeader(file.At(headersAt), 4, (ulong)dataAt, 0, 0, (ulong)_notes.Length, 0);
            file.At(dataAt).Bytes(_notes);
            index = 1;
        }

        foreach (Load load in _segments)
        {
            dataAt = Math.Max(dataAt, file.Length);
            dataAt = IsDataAligned ? (dataAt + (long)Alignment - 1) & -(long)Alignment : dataAt;
            WriteProgramHeader(
                file.At(headersAt + (index++ * headerBytes)), 1, load.Offset ?? (ulong)dataAt, load.VirtualAddress, load.Physical,
                load.FileBytes ?? (ulong)load.Bytes.Length, load.MemoryBytes);
            file.At(dataAt).Bytes(load.Bytes);
        }

        return file.ToArray();
    }

    private int SectionHeaderBytes => Is64 ? 64 : 40;

    private void WriteElfHeader(WireWriter file, int headersAt, int headerBytes, int count, int sectionAt)
    {
        file.Bytes([0x7f, (byte)'E', (byte)'L', (byte)'F', (byte)(Is64 ? 2 : 1), (byte)(IsBigEndian ? 2 : 1), 1]).Zeros(9);
        file.U16(Type).U16(Machine).U32(1).Word(0).Word((ulong)headersAt).Word(UsesExtendedCount ? (ulong)sectionAt : 0).U32(Flags);
        file.U16(HeaderSize).U16((ushort)headerBytes).U16(UsesExtendedCount ? (ushort)0xffff : (ushort)count);
        file.U16((ushort)SectionHeaderBytes).U16(UsesExtendedCount ? (ushort)1 : (ushort)0).U16(0);
    }

    private void WriteProgramHeader(WireWriter file, uint type, ulong offset, ulong virtualAddress, ulong physical, ulong fileBytes, ulong memoryBytes)
    {
        file.U32(type);
        if (Is64)
        {
            file.U32(7);
        }

        file.Word(offset).Word(virtualAddress).Word(physical).Word(fileBytes).Word(memoryBytes);
        if (!Is64)
        {
            file.U32(7);
        }

        file.Word(Alignment);
    }

    private sealed record Load(ulong Physical, byte[] Bytes, ulong MemoryBytes, ulong VirtualAddress, ulong? Offset, ulong? FileBytes);
}
