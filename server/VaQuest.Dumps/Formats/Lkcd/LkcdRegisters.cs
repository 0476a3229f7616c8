// LkcdRegisters: the registers in the architecture's header of an LKCD dump.
using VaQuest.Binary;
using VaQuest.Dumps.Formats.Lkcd.Wire;
using VaQuest.Dumps.Notes;

namespace VaQuest.Dumps.Formats.Lkcd;

/// <summary>
/// dump_header_asm_t (include/asm/dump.h of LKCD's patches), which follows the main header: registers of the CPU that crashed, and since
/// version 8 those of all CPUs. Other architectures' are not read.
/// </summary>
internal static class LkcdRegisters
{
    private const ulong AsmMagic = 0xdeaddead;

    /// <summary>Magic, version and size.</summary>
    private const int PrefixBytes = 16;

    /// <summary>Largest header read: 256 CPUs of x86_64 take 49 KB.</summary>
    private const int MaxBytes = 256 << 10;

    /// <summary>First version whose header has the registers of all CPUs.</summary>
    private const int FirstWithAllCpus = 8;

    /// <summary>struct pt_regs of i386: ebx to eax, ds, es, orig_eax to ss.</summary>
    private const int I386Words = 15;

    /// <summary>struct pt_regs of x86_64: r15 to ss.</summary>
    private const int X64Words = 21;

    /// <summary>The registers, in the order of the architecture's register notes; CPU n is the n-th. Empty when there are none to be had.</summary>
    public static IReadOnlyList<CpuNote> Read(DumpInput input, LkcdHeader header, Machine? machine)
    {
        bool isI386 = machine?.Name == "i386";
        if (header.IsBigEndian || !(isI386 || (machine?.Name == "x86_64" && header.Version >= FirstWithAllCpus)))
        {
            return [];
        }

        byte[]? bytes = ReadHeader(input, header);
        return bytes is null ? [] : isI386 ? ReadAll(bytes, header, machine!, 4, PrefixBytes + 8, I386Words) : ReadAll(bytes, header, machine!, 8, PrefixBytes, X64Words);
    }

    private static byte[]? ReadHeader(DumpInput input, LkcdHeader header)
    {
        byte[] prefix = new byte[PrefixBytes];
        if (input.Source.ReadSome(header.HeaderBytes, prefix, "the architecture's header") < prefix.Length)
        {
            return null;
        }

        if (prefix.AsSpan().IndexOfAnyExcept((byte)0) < 0)
        {
            input.AddDetail("CPU registers", "none recorded");
            return null;
        }

        var reader = new SpanReader(prefix);
        ulong magic = reader.ReadUInt64();
        reader.Skip(4);
        uint size = reader.ReadUInt32();
        if (magic != AsmMagic || size is < PrefixBytes or > MaxBytes)
        {
            input.Warn($"the architecture's header at byte {header.HeaderBytes} is damaged (magic 0x{magic:x}, size {size}); the CPUs' registers are unknown");
            return null;
        }

        byte[] bytes = new byte[size];
        input.Source.ReadSome(header.HeaderBytes, bytes, "the architecture's header");
        return bytes;
    }

    /// <param name="bytes">The header.</param>
    /// <param name="header">The main header.</param>
    /// <param name="machine">Its architecture.</param>
    /// <param name="word">Bytes of a register.</param>
    /// <param name="registersAt">Offset of the crashing CPU's registers.</param>
    /// <param name="words">Registers of struct pt_regs.</param>
    private static List<CpuNote> ReadAll(byte[] bytes, LkcdHeader header, Machine machine, int word, int registersAt, int words)
    {
        var cpus = new List<CpuNote>();
        int allAt = registersAt + (words * word) + 8;
        if (bytes.Length < registersAt + (words * word))
        {
            return cpus;
        }

        byte[] crashed = ToNote(bytes, registersAt, machine, word, words);
        int slots = header.Version >= FirstWithAllCpus && bytes.Length > allAt ? (bytes.Length - allAt) / ((words + 3) * word) : 0;
        if (slots == 0)
        {
            cpus.Add(new CpuNote(0, 0, crashed));
            return cpus;
        }

        // The arrays have a place for each CPU the kernel was built for; the registers of all come first.
        var reader = new SpanReader(bytes) { Position = registersAt + (words * word) };
        uint count = reader.ReadUInt32();
        uint dumping = reader.ReadUInt32();
        for (int i = 0; i < Math.Min(Math.Max(count, 1), (uint)slots); i++)
        {
            byte[] registers = i == dumping ? crashed : ToNote(bytes, allAt + (i * words * word), machine, word, words);
            cpus.Add(new CpuNote(i, 0, registers));
        }

        return cpus;
    }

    /// <summary>
    /// From struct pt_regs to a register note: x86_64's is the beginning of one (the segment bases behind are unknown and zero), i386's
    /// lacks fs and gs.
    /// </summary>
    private static byte[] ToNote(byte[] bytes, int at, Machine machine, int word, int words)
    {
        byte[] note = new byte[machine.RegisterBytes];
        if (word == 8)
        {
            bytes.AsSpan(at, words * word).CopyTo(note);
            return note;
        }

        const int FsIndex = 9;
        bytes.AsSpan(at, FsIndex * word).CopyTo(note);
        bytes.AsSpan(at + (FsIndex * word), (words - FsIndex) * word).CopyTo(note.AsSpan((FsIndex + 2) * word));
        return note;
    }
}
