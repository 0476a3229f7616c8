// DomainZeroFrames: which machine frame each page of a Xen host's domain 0 is.
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.Xen;

/// <summary>
/// The hypervisor's crash note ends with a machine frame (dom0_pfn_to_mfn_frame_list_list, xen/include/public/elfnote.h and
/// xen/arch/x86/crash.c): a page of the frames of pages of the frames of domain 0's table. The table itself is read where it is needed.
/// </summary>
internal sealed class DomainZeroFrames : IMachineFrames
{
    /// <summary>XEN_ELFNOTE_CRASH_INFO.</summary>
    public const uint CrashInfoType = 0x1000001;

    /// <summary>Table pages kept: 2^18 describe 512 GiB of domain 0 on x86_64.</summary>
    private const int MaxTablePages = 1 << 18;

    private readonly IPhysicalMemory _machine;
    private readonly ulong[] _tablePages;
    private readonly int _word;
    private readonly int _pageSize;
    private readonly Lazy<SortedMachineFrames> _back;

    private DomainZeroFrames(IPhysicalMemory machine, ulong[] tablePages, int word, int pageSize)
    {
        _machine = machine;
        _tablePages = tablePages;
        _word = word;
        _pageSize = pageSize;
        _back = new Lazy<SortedMachineFrames>(SortBack);
    }

    /// <summary>Frames of one table page.</summary>
    public int EntriesPerPage => _pageSize / _word;

    public ulong EndPfn => (ulong)_tablePages.Length * (ulong)EntriesPerPage;

    /// <summary>Finds the table; null when the dump is not of a Xen host, or the table cannot be found, which is then told.</summary>
    public static DomainZeroFrames? Find(DumpInput input, IReadOnlyList<DumpNote> notes, IPhysicalMemory machine, int word, int pageSize)
    {
        DumpNote? note = notes.FirstOrDefault(note => note.Name == "Xen" && note.Type == CrashInfoType);
        if (note is null)
        {
            return null;
        }

        // Eight words about the hypervisor, its load address, and domain 0's list.
        const int MinWords = 10;
        int words = note.Descriptor.Length / word;
        if (words < MinWords)
        {
            input.Warn($"the Xen crash note has {note.Descriptor.Length} bytes and does not tell where domain 0's memory is; addresses are the machine's");
            return null;
        }

        var reader = new SpanReader(note.Descriptor.Span, false, word) { Position = (words - 1) * word };
        ulong listFrame = reader.ReadWord();
        ulong[] pages = listFrame == 0 ? [] : ReadLists(machine, listFrame, word, pageSize);
        if (pages.Length == 0)
        {
            input.Warn($"domain 0's table of frames, at machine frame 0x{listFrame:x}, is not in the dump; addresses are the machine's");
            return null;
        }

        return new DomainZeroFrames(machine, pages, word, pageSize);
    }

    /// <summary>The machine frame of a page of domain 0; false when it has none, or the table is not in the dump.</summary>
    public bool TryToMachine(ulong pfn, out ulong machineFrame)
    {
        machineFrame = 0;
        if (pfn >= EndPfn)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[8];
        bytes = bytes[.._word];
        ulong table = _tablePages[pfn / (ulong)EntriesPerPage] * (ulong)_pageSize;
        if (!_machine.Read(new PhysAddr(table + (pfn % (ulong)EntriesPerPage * (ulong)_word)), bytes).IsOk)
        {
            return false;
        }

        machineFrame = new SpanReader(bytes, false, _word).ReadWord();
        return IsFrame(machineFrame);
    }

    public bool TryToPhysical(ulong machineAddress, out PhysAddr address) => _back.Value.TryToPhysical(machineAddress, out address);

    /// <summary>Pages of domain 0 with the machine frame of each, in ascending order. A table page that is not in the dump has none.</summary>
    public IEnumerable<(ulong Pfn, ulong MachineFrame)> Enumerate()
    {
        byte[] table = new byte[_pageSize];
        for (int i = 0; i < _tablePages.Length; i++)
        {
            if (!_machine.Read(new PhysAddr(_tablePages[i] * (ulong)_pageSize), table).IsOk)
            {
                continue;
            }

            for (int entry = 0; entry < EntriesPerPage; entry++)
            {
                ulong frame = WordAt(table, entry);
                if (IsFrame(frame))
                {
                    yield return (((ulong)i * (ulong)EntriesPerPage) + (ulong)entry, frame);
                }
            }
        }
    }

    private ulong WordAt(byte[] table, int entry) => new SpanReader(table.AsSpan(entry * _word), false, _word).ReadWord();

    /// <summary>The two highest bits mark foreign and identity frames; invalid entries have all bits set.</summary>
    private bool IsFrame(ulong entry) => entry != 0 && entry >> ((8 * _word) - 2) == 0 && entry < 1ul << 40;

    private SortedMachineFrames SortBack()
    {
        var machine = new List<ulong>();
        var guest = new List<ulong>();
        foreach ((ulong pfn, ulong frame) in Enumerate())
        {
            machine.Add(frame);
            guest.Add(pfn);
        }

        return new SortedMachineFrames([.. machine], [.. guest], (ulong)_pageSize);
    }

    /// <summary>
    /// Frames of the table's pages, from the pages that list them; up to the first that is missing or no frame, or comes again: a damaged list
    /// must not make a machine of one page listed a million times.
    /// </summary>
    private static ulong[] ReadLists(IPhysicalMemory machine, ulong listFrame, int word, int pageSize)
    {
        var pages = new List<ulong>();
        var seen = new HashSet<ulong>();
        byte[] list = new byte[pageSize];
        byte[] frames = new byte[pageSize];
        if (listFrame >= 1ul << 40 || !machine.Read(new PhysAddr(listFrame * (ulong)pageSize), list).IsOk)
        {
            return [];
        }

        for (int i = 0; i < pageSize / word; i++)
        {
            ulong frame = new SpanReader(list.AsSpan(i * word), false, word).ReadWord();
            if (frame is 0 or >= 1ul << 40 || !seen.Add(frame) || !machine.Read(new PhysAddr(frame * (ulong)pageSize), frames).IsOk)
            {
                break;
            }

            for (int j = 0; j < pageSize / word && pages.Count < MaxTablePages; j++)
            {
                ulong page = new SpanReader(frames.AsSpan(j * word), false, word).ReadWord();
                if (page is 0 or >= 1ul << 40 || !seen.Add(page))
                {
                    return [.. pages];
                }

                pages.Add(page);
            }
        }

        return [.. pages];
    }
}
