// PageRun: some neighbouring pages of a dump with their bytes and how reading each went.
using VaQuest.Binary;

namespace VaQuest.Dumps.Work;

/// <summary>A job of reading: loaded with page numbers, then read. The buffers are used again for the next run.</summary>
internal sealed class PageRun(int pageSize, int maxPages)
{
    private readonly ReadStatus[] _statuses = new ReadStatus[maxPages];
    private readonly bool[] _zeros = new bool[maxPages];
    private readonly List<int> _parts = [];

    public int PageSize => pageSize;

    public int MaxPages => maxPages;

    public ulong FirstPfn { get; private set; }

    /// <summary>Pages of the run; 0 for a run of lost pages.</summary>
    public int Count { get; private set; }

    /// <summary>Pages that the tables know to be lost, more than are worth reading; 0 in every other run.</summary>
    public ulong LostCount { get; private set; }

    /// <summary>True for a single page of which the dump describes only parts; the rest of its bytes is zero.</summary>
    public bool IsPartial => _parts.Count > 0;

    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(pageSize * maxPages);

    public void LoadWhole(ulong firstPfn, int count)
    {
        (FirstPfn, Count, LostCount) = (firstPfn, count, 0);
        _parts.Clear();
    }

    /// <summary>Begins a page of which only parts are described.</summary>
    public void LoadPartial(ulong pfn)
    {
        (FirstPfn, Count, LostCount) = (pfn, 1, 0);
        _parts.Clear();
    }

    public void LoadLost(ulong firstPfn, ulong count)
    {
        (FirstPfn, Count, LostCount) = (firstPfn, 0, count);
        _parts.Clear();
    }

    public void AddPart(int offset, int length)
    {
        _parts.Add(offset);
        _parts.Add(length);
    }

    /// <summary>How reading a page of the run went.</summary>
    public ReadStatus StatusOf(int index) => _statuses[index];

    /// <summary>True when a page was read and all its bytes are zero.</summary>
    public bool IsZero(int index) => _zeros[index];

    public ReadOnlySpan<byte> PageAt(int index) => Bytes.AsSpan(index * pageSize, pageSize);

    /// <summary>Reads all pages of the run. Never throws on data.</summary>
    public void Read(IPhysicalMemory memory)
    {
        if (IsPartial)
        {
            ReadParts(memory);
        }
        else
        {
            ReadPages(memory);
        }

        for (int i = 0; i < Count; i++)
        {
            _zeros[i] = _statuses[i] == ReadStatus.Ok && PageAt(i).IndexOfAnyExcept((byte)0) < 0;
        }
    }

    private void ReadPages(IPhysicalMemory memory)
    {
        int length = Count * pageSize;
        bool hasFailed = false;
        for (int done = 0; done < length;)
        {
            // After a failure page by page: each failed read clears its destination.
            Span<byte> wanted = Bytes.AsSpan(done, hasFailed ? pageSize : length - done);
            ReadOutcome outcome = memory.Read(new PhysAddr(unchecked((FirstPfn * (ulong)pageSize) + (ulong)done)), wanted);
            int good = outcome.BytesRead / pageSize;
            _statuses.AsSpan(done / pageSize, good).Clear();
            done += good * pageSize;
            hasFailed |= !outcome.IsOk;
            if (!outcome.IsOk && done < length)
            {
                _statuses[done / pageSize] = outcome.Status;
                done += pageSize;
            }
        }
    }

    private void ReadParts(IPhysicalMemory memory)
    {
        Bytes.AsSpan(0, pageSize).Clear();
        _statuses[0] = ReadStatus.Ok;
        for (int i = 0; i < _parts.Count; i += 2)
        {
            var at = new PhysAddr(unchecked((FirstPfn * (ulong)pageSize) + (ulong)_parts[i]));
            ReadOutcome outcome = memory.Read(at, Bytes.AsSpan(_parts[i], _parts[i + 1]));
            _statuses[0] = outcome.IsOk ? _statuses[0] : outcome.Status;
        }
    }
}
