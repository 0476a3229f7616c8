// NoteSummary: what a dump's notes say: registers, VMCOREINFO, QEMU's CPU state, the erase log.
using VaQuest.Binary;
using VaQuest.Dumps.Storage;
using VaQuest.Dumps.Vmcoreinfo;

namespace VaQuest.Dumps.Notes;

/// <summary>The notes of a dump, sorted by meaning.</summary>
internal sealed class NoteSummary
{
    private const uint PrStatusType = 1;
    private const int QemuVersion = 1;

    /// <summary>Bytes up to and with cr4; kernel_gs_base follows since QEMU 4.2.</summary>
    private const int QemuMinBytes = 432;

    public required Machine? Machine { get; init; }

    public required IReadOnlyList<CpuNote> Cpus { get; init; }

    public required IReadOnlyList<QemuCpuState> QemuCpus { get; init; }

    public required VmcoreinfoTable Vmcoreinfo { get; init; }

    public required IReadOnlyList<string> EraseInfo { get; init; }

    /// <param name="notes">All notes of the dump.</param>
    /// <param name="machine">The architecture if the headers tell it; else it is found by the size of the register notes.</param>
    /// <param name="isBigEndian">The dump's byte order.</param>
    /// <param name="warnings">Receives what is wrong.</param>
    public static NoteSummary Read(IReadOnlyList<DumpNote> notes, Machine? machine, bool isBigEndian, List<string> warnings)
    {
        DumpNote[] status = notes.Where(note => note.Name == "CORE" && note.Type == PrStatusType).ToArray();
        machine ??= status.Length > 0 ? Machine.FindByNoteSize(status[0].Descriptor.Length, isBigEndian) : null;
        return new NoteSummary
        {
            Machine = machine,
            Cpus = machine is { RegisterBytes: > 0 } ? ReadCpus(status, machine, isBigEndian, warnings) : [],
            QemuCpus = notes.Where(note => note.Name == "QEMU" && note.Type == 0).Select(ReadQemu).OfType<QemuCpuState>().ToArray(),
            Vmcoreinfo = ReadVmcoreinfo(notes),
            EraseInfo = notes.Where(note => note.Name == "ERASEINFO").SelectMany(note => DumpText.CleanLines(note.Descriptor.Span)).ToArray(),
        };
    }

    private static VmcoreinfoTable ReadVmcoreinfo(IReadOnlyList<DumpNote> notes)
    {
        DumpNote? note = notes.FirstOrDefault(note => note.Name == "VMCOREINFO" && !note.Descriptor.IsEmpty);
        return note is null ? VmcoreinfoTable.Empty : VmcoreinfoTable.Parse(note.Descriptor.Span);
    }

    private static List<CpuNote> ReadCpus(DumpNote[] status, Machine machine, bool isBigEndian, List<string> warnings)
    {
        var cpus = new List<CpuNote>(status.Length);
        for (int i = 0; i < status.Length; i++)
        {
            ReadOnlyMemory<byte> descriptor = status[i].Descriptor;
            if (descriptor.Length < machine.RegistersAt + machine.RegisterBytes)
            {
                warnings.Add(FormattableString.Invariant(
                    $"the register note {i} has {descriptor.Length} bytes, too few for {machine.Name}; its registers are unknown"));
                continue;
            }

            var reader = new SpanReader(descriptor.Span, isBigEndian) { Position = machine.ProcessIdAt };
            cpus.Add(new CpuNote(i, reader.ReadInt32(), descriptor.Slice(machine.RegistersAt, machine.RegisterBytes)));
        }

        return cpus;
    }

    /// <summary>x86 only, and x86 is little-endian. Null when the version is unknown or the note is short.</summary>
    private static QemuCpuState? ReadQemu(DumpNote note, int index)
    {
        var reader = new SpanReader(note.Descriptor.Span);
        if (note.Descriptor.Length < QemuMinBytes || reader.ReadUInt32() != QemuVersion || reader.ReadUInt32() < QemuMinBytes)
        {
            return null;
        }

        return new QemuCpuState(
            index,
            Rip: At(note, 136),
            Rsp: At(note, 56),
            Cr0: At(note, 392),
            Cr2: At(note, 408),
            Cr3: At(note, 416),
            Cr4: At(note, 424),
            GsBase: SegmentBase(note, 4),
            IdtBase: SegmentBase(note, 9),
            GdtBase: SegmentBase(note, 8),
            KernelGsBase: note.Descriptor.Length >= 440 ? At(note, 432) : 0);
    }

    /// <summary>Segments are 24 bytes from 152: selector, limit, flags, padding of 4 bytes each, base of 8; cs ds es fs gs ss ldt tr gdt idt.</summary>
    private static ulong SegmentBase(DumpNote note, int segment) => At(note, 152 + (segment * 24) + 16);

    private static ulong At(DumpNote note, int offset)
    {
        var reader = new SpanReader(note.Descriptor.Span) { Position = offset };
        return reader.ReadUInt64();
    }
}
