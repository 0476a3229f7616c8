// NoteArea: the ELF notes of a dump that is written.
using System.Buffers;
using System.Text;
using VaQuest.Dumps.Notes;

namespace VaQuest.Dumps.Writing;

/// <summary>
/// Takes over the notes of the dump that is read. What a dump knows without notes (registers of a hypervisor's file, VMCOREINFO found in
/// memory) becomes notes as the kernel would have written them.
/// </summary>
internal sealed class NoteArea
{
    private const uint PrStatusType = 1;

    /// <summary>Bytes of struct elf_prstatus behind the registers: pr_fpvalid, padded to the word.</summary>
    private const int AfterRegisters = 8;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly bool _isBigEndian;

    private NoteArea(bool isBigEndian)
    {
        _isBigEndian = isBigEndian;
    }

    public byte[] Bytes { get; private set; } = [];

    /// <summary>Where VMCOREINFO's text is in <see cref="Bytes"/>.</summary>
    public int VmcoreinfoAt { get; private set; }

    public int VmcoreinfoBytes { get; private set; }

    /// <summary>Number of register notes.</summary>
    public int CpuCount { get; private set; }

    /// <param name="dump">The dump that is read.</param>
    /// <param name="hasEraseNote">True to keep the erase log as a note, false when the format has another place for it.</param>
    /// <param name="warnings">Receives what could not be kept.</param>
    public static NoteArea Build(Vmcore dump, bool hasEraseNote, List<string> warnings)
    {
        var area = new NoteArea(dump.IsBigEndian);
        bool hasCpus = dump.Notes.Any(note => note is { Name: "CORE", Type: PrStatusType, Descriptor.IsEmpty: false });
        if (!hasCpus)
        {
            area.AddCpus(dump, warnings);
        }

        foreach (DumpNote note in dump.Notes.Where(note => note.Name is not ("ERASEINFO" or "VMCOREINFO")))
        {
            area.Add(note, warnings);
        }

        area.AddVmcoreinfo(dump);
        if (hasEraseNote && dump.EraseInfo.Count > 0)
        {
            area.Add("ERASEINFO", 0, EraseText(dump));
        }

        area.Bytes = area._bytes.WrittenSpan.ToArray();
        return area;
    }

    /// <summary>makedumpfile's erase log: one line each.</summary>
    public static byte[] EraseText(Vmcore dump) =>
        dump.EraseInfo.Count == 0 ? [] : Encoding.ASCII.GetBytes(string.Join('\n', dump.EraseInfo) + "\n");

    private void Add(DumpNote note, List<string> warnings)
    {
        if (note.Descriptor.IsEmpty && note.Name is not "")
        {
            warnings.Add(FormattableString.Invariant($"the note \"{note.Name}\" of type 0x{note.Type:x} is empty or larger than is kept; it is left out"));
            return;
        }

        CpuCount += note is { Name: "CORE", Type: PrStatusType } ? 1 : 0;
        Add(note.Name, note.Type, note.Descriptor.Span);
    }

    private void AddVmcoreinfo(Vmcore dump)
    {
        DumpNote? note = dump.Notes.FirstOrDefault(note => note.Name == "VMCOREINFO" && !note.Descriptor.IsEmpty);
        ReadOnlyMemory<byte> text = note?.Descriptor ?? Encoding.Latin1.GetBytes(dump.Vmcoreinfo.Text);
        if (!text.IsEmpty)
        {
            VmcoreinfoAt = Add("VMCOREINFO", 0, text.Span);
            VmcoreinfoBytes = text.Length;
        }
    }

    private void AddCpus(Vmcore dump, List<string> warnings)
    {
        Machine? machine = Machine.FindByName(dump.Architecture);
        if (machine is not { RegisterBytes: > 0 })
        {
            if (dump.CpuNotes.Count > 0)
            {
                warnings.Add($"the registers of the CPUs are left out: how {dump.Architecture} stores them in notes is not known");
            }

            return;
        }

        foreach (CpuNote cpu in dump.CpuNotes)
        {
            byte[] status = new byte[Math.Max(machine.NoteBytes, machine.RegistersAt + machine.RegisterBytes + AfterRegisters)];
            new FieldWriter(status, _isBigEndian, machine.WordSize).At(machine.ProcessIdAt).U32(unchecked((uint)cpu.ProcessId))
                .At(machine.RegistersAt).Bytes(cpu.Registers.Span[..Math.Min(cpu.Registers.Length, machine.RegisterBytes)]);
            Add("CORE", PrStatusType, status);
            CpuCount++;
        }
    }

    /// <summary>Adds a note; returns where its data begins.</summary>
    private int Add(string name, uint type, ReadOnlySpan<byte> data)
    {
        byte[] owner = Encoding.ASCII.GetBytes(name + "\0");
        byte[] head = new byte[12 + Padded(owner.Length)];
        new FieldWriter(head, _isBigEndian, 8).U32((uint)owner.Length).U32((uint)data.Length).U32(type).Bytes(owner);
        _bytes.Write(head);
        int at = _bytes.WrittenCount;
        _bytes.Write(data);
        _bytes.Write(new byte[Padded(data.Length) - data.Length]);
        return at;
    }

    private static int Padded(int length) => (length + 3) & ~3;
}
