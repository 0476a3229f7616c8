// CpuRegisterFinder: which register note belongs to which CPU.
using VaQuest.Binary;
using VaQuest.Dumps;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.Cpus;

/// <summary>
/// The kernel saves each CPU's registers in its own copy of crash_notes: those tell the CPU by place. Dump notes only come in order, with the
/// CPUs left out that did not answer; they are used when crash_notes is empty, as in dumps made from outside.
/// </summary>
internal static class CpuRegisterFinder
{
    private const uint PrStatusType = 1;

    /// <summary>Where registers start in an NT_PRSTATUS descriptor of a 64-bit machine, and of a 32-bit one.</summary>
    private const int RegistersOffset64 = 112;

    private const int RegistersOffset32 = 72;

    private const int NoteBytes = 1024;

    public static IReadOnlyDictionary<int, CpuRegisters> Find(
        KernelReader reader, Vmcore dump, CpuTable cpus, Func<string, VirtAddr?> symbol, TaskList tasks, int registerBytes)
    {
        var found = new Dictionary<int, CpuRegisters>();
        int registersAt = reader.WordSize == 8 ? RegistersOffset64 : RegistersOffset32;
        VirtAddr? notes = symbol("crash_notes") is { } at ? reader.FindPointer(at) : null;
        foreach (int cpu in cpus.Possible)
        {
            if (cpus.FindPerCpu(notes, cpu) is { } note
                && NoteReader.Find(reader, note, NoteBytes, "CORE", PrStatusType) is { } status
                && status.Length >= registersAt + registerBytes)
            {
                Add(found, cpu, status.AsMemory(registersAt, registerBytes), "crash_notes of the CPU");
            }
        }

        return found.Count > 0 ? found : FromDumpNotes(dump, cpus, tasks, registerBytes);
    }

    private static void Add(Dictionary<int, CpuRegisters> found, int cpu, ReadOnlyMemory<byte> registers, string origin)
    {
        if (registers.Span.IndexOfAnyExcept((byte)0) >= 0)
        {
            found.TryAdd(cpu, new CpuRegisters(cpu, registers, origin));
        }
    }

    private static Dictionary<int, CpuRegisters> FromDumpNotes(Vmcore dump, CpuTable cpus, TaskList tasks, int registerBytes)
    {
        var found = new Dictionary<int, CpuRegisters>();
        IReadOnlyList<int> order = dump.CpuNotes.Count > cpus.Online.Count ? cpus.Possible : cpus.Online;
        foreach (CpuNote note in dump.CpuNotes)
        {
            if (note.Registers.Length < registerBytes || note.IsEmpty)
            {
                continue;
            }

            // A pid that is on exactly this or another CPU settles it; a QEMU note's pid is no pid, and 0 is every idle task.
            KernelTask? task = note.ProcessId > 0 ? tasks.FindByPid(note.ProcessId) : null;
            if (task is { IsOnCpu: true, Cpu: { } byPid } && !found.ContainsKey(byPid) && note.ProcessId != note.Index + 1)
            {
                Add(found, byPid, note.Registers[..registerBytes], "the dump's note of the running task");
            }
            else if (note.Index < order.Count)
            {
                Add(found, order[note.Index], note.Registers[..registerBytes], "the dump's notes in the order of CPUs");
            }
        }

        return found;
    }
}
