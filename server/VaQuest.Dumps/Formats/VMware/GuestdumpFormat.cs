// GuestdumpFormat: VMware's guest dumps: FILE.guest with the state, FILE.vmem with the memory.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.VMware;

/// <summary>
/// ESXi 6.7 to 9.0. There is no mark: a file is one when its name ends in .guest, its version is known and its size is exactly what its headers
/// say.
/// </summary>
internal sealed class GuestdumpFormat : IDumpFormat
{
    private const int PageSize = 4096;
    private const int MaxHoles = 2;
    private const int MaxCpus = 4096;
    private const int StateBytes = 116;
    private const int RegisterBytes = 233;
    private const int NoteRegisters = 27 * 8;

    public Vmcore? TryOpen(DumpInput input)
    {
        bool isNamed = input.Path.EndsWith(".guest", StringComparison.OrdinalIgnoreCase);
        if (!isNamed || input.IsWrapped || input.Head.Length < 8 || BinaryPrimitives.ReadUInt32LittleEndian(input.Head.Span) is 0 or 2 or > 7)
        {
            return null;
        }

        Layout layout = (input.Head.Length < 128 ? null : ReadLayout(input)) ?? throw new DumpFormatException(
            FormatError.BadHeader, "by its name and version this is a VMware guest dump, but its size is not what its headers say; it is cut or damaged");

        JoinedSource joined = VmemFile.Open(input, "VMware guest dump");
        try
        {
            input.AddDetail("Version", $"{layout.Version}");
            var pieces = new List<StoredPiece>();
            ulong at = 0;
            ulong position = (ulong)input.Source.Length;
            foreach ((ulong start, ulong bytes) in layout.Holes.Append((layout.End, 0UL)))
            {
                VmwareVmcore.AddPiece(input, pieces, at, start - at, position, joined.Length);
                position += start - at;
                at = start + bytes;
            }

            ReadCpus(input, layout, out List<CpuNote> notes, out List<QemuCpuState> states);
            return VmwareVmcore.Build(input, "guestdump", joined, pieces, notes, states);
        }
        catch
        {
            joined.Dispose();
            throw;
        }
    }

    private static Layout? ReadLayout(DumpInput input)
    {
        var reader = new SpanReader(input.Head.Span);
        uint version = reader.ReadUInt32();
        uint cpus = reader.ReadUInt32();
        int gap = version switch { 1 => 13, 3 or 4 or 5 => 14, 6 => 15, 7 => 8, _ => -1 };
        if (gap < 0 || cpus is 0 or > MaxCpus)
        {
            return null;
        }

        reader.Skip(gap);
        bool isWide = version != 1;
        ulong last = reader.ReadUInt64();
        ulong pages = isWide ? reader.ReadUInt64() : reader.ReadUInt32();
        reader.Skip(4);
        uint holes = reader.ReadUInt32();
        if (holes > MaxHoles)
        {
            return null;
        }

        var list = new List<(ulong Start, ulong Bytes)>();
        ulong inHoles = 0;
        for (int i = 0; i < MaxHoles; i++)
        {
            ulong page = isWide ? reader.ReadUInt64() : reader.ReadUInt32();
            ulong count = isWide ? reader.ReadUInt64() : reader.ReadUInt32();
            if (i < holes)
            {
                list.Add((unchecked(page * PageSize), unchecked(count * PageSize)));
                inHoles = unchecked(inHoles + count);
            }
        }

        reader.Skip(version switch { 1 => (8 * holes) + 4, 7 => 11, _ => 0 });
        ulong end = unchecked(last + 1);
        int cpuGap = version < 4 ? 45 : 42;
        long size = reader.Position + (cpus * (long)(StateBytes + cpuGap + RegisterBytes + PageSize));
        bool isSound = size == input.Source.Length && end == unchecked((pages + inHoles) * PageSize) && end > 0 && AreOrdered(list, end);
        return isSound ? new Layout(version, (int)cpus, end, list, reader.Position, cpuGap) : null;
    }

    private static bool AreOrdered(List<(ulong Start, ulong Bytes)> holes, ulong end)
    {
        ulong at = 0;
        foreach ((ulong start, ulong bytes) in holes)
        {
            if (start < at || start > end || bytes > end - start)
            {
                return false;
            }

            at = start + bytes;
        }

        return true;
    }

    private static void ReadCpus(DumpInput input, Layout layout, out List<CpuNote> notes, out List<QemuCpuState> states)
    {
        notes = [];
        states = [];
        var cursor = new ByteCursor(input.Source, isBigEndian: false, "the CPUs of the guest dump");
        for (int i = 0; i < layout.Cpus; i++)
        {
            long at = layout.CpusAt + (i * (long)(StateBytes + layout.CpuGap + RegisterBytes + PageSize));
            cursor.Position = at;
            ulong cr0 = cursor.ReadUInt32();
            ulong cr2 = cursor.ReadUInt64();
            ulong cr3 = cursor.ReadUInt64();
            ulong cr4 = cursor.ReadUInt64();
            cursor.Skip(80);
            ulong idt = cursor.ReadUInt64();
            cursor.Skip(layout.CpuGap);
            byte[] registers = cursor.Take(NoteRegisters).ToArray();
            notes.Add(new CpuNote(i, i + 1, registers));
            var named = new SpanReader(registers) { Position = 16 * 8 };
            ulong rip = named.ReadUInt64();
            named.Position = 19 * 8;
            states.Add(new QemuCpuState(i, rip, named.ReadUInt64(), cr0, cr2, cr3, cr4, GsBase: 0, idt, GdtBase: 0, KernelGsBase: 0));
        }
    }

    private sealed record Layout(uint Version, int Cpus, ulong End, List<(ulong Start, ulong Bytes)> Holes, long CpusAt, int CpuGap);
}
