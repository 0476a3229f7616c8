// NetdumpRules: how an ELF file that netdump's server or diskdump's savecore wrote is told from others, and where its memory is.
using System.Numerics;
using VaQuest.Dumps.Formats.Elf.Wire;

namespace VaQuest.Dumps.Formats.Netdump;

/// <summary>
/// Red Hat's dumps before kdump: an ELF core of i386, x86_64, ia64 or ppc64 with the task that panicked as a note, page-aligned segments
/// and the page size in p_align; no VMCOREINFO. Facts as crash uses them (netdump.c).
/// </summary>
internal static class NetdumpRules
{
    /// <summary>NT_TASKSTRUCT: the raw task_struct of the task that panicked. /proc/kcore has one too, but beside NT_PRPSINFO.</summary>
    private const uint TaskStructType = 4;

    private const uint ProcessInfoType = 3;

    /// <summary>NT_DISKDUMP: savecore's own.</summary>
    private const uint DiskdumpType = 0x70000001;

    public static bool IsNetdump(IReadOnlyList<DumpNote> notes, List<ProgramHeader> headers)
    {
        bool hasMark = notes.Any(note => note.Type == DiskdumpType || (note.Name == "CORE" && note.Type == TaskStructType));
        bool isOther = notes.Any(note => note.Name is "VMCOREINFO" or "QEMU" || (note.Name == "CORE" && note.Type == ProcessInfoType));
        ProgramHeader? load = headers.Find(header => header.Type == ProgramHeader.TypeLoad);
        return hasMark && !isOther && load is not null
            && load.Alignment is >= 4096 and <= 65536 && BitOperations.IsPow2(load.Alignment)
            && load.Offset != 0 && load.Offset % load.Alignment == 0;
    }

    /// <summary>The page size: p_align of the first segment.</summary>
    public static int PageSizeOf(List<ProgramHeader> headers) =>
        (int)headers.Find(static header => header.Type == ProgramHeader.TypeLoad)!.Alignment;

    /// <summary>
    /// The segments as they are meant. In ELF32 the fields are too narrow for PAE machines, so there memory lies as it is from the first
    /// segment on, physical address 0 first, to the end of the file.
    /// </summary>
    public static List<ProgramHeader> PlaceSegments(DumpInput input, in ElfHeader elf, List<ProgramHeader> headers)
    {
        if (elf.Is64)
        {
            return headers;
        }

        ProgramHeader first = headers.FindAll(static header => header.Type == ProgramHeader.TypeLoad && header.Offset != 0).MinBy(static header => header.Offset)!;
        ulong there = (ulong)input.Source.Length > first.Offset ? (ulong)input.Source.Length - first.Offset : 0;
        ulong bytes = Math.Max(first.FileBytes, there);
        return [first with { PhysicalAddress = 0, FileBytes = bytes, MemoryBytes = Math.Max(bytes, first.MemoryBytes) }];
    }

    /// <summary>The server names a file vmcore-incomplete until the transfer ends; it does not record which pages arrived.</summary>
    public static void WarnIfInterrupted(DumpInput input)
    {
        if (!Path.GetFileName(input.Path).EndsWith("-incomplete", StringComparison.Ordinal))
        {
            return;
        }

        input.IsCut = true;
        input.Warn($"the transfer of this netdump was interrupted, and nothing records which pages arrived: a page of zeros may be one that did not");
    }
}
