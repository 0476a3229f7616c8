// StoredRuns: which pages of an ELF dump are in the file, as runs.
namespace VaQuest.Dumps.Writing;

/// <summary>Runs of pages that are stored one after the other, in ascending order: two numbers each.</summary>
internal sealed class StoredRuns
{
    private ulong[] _starts = new ulong[64];
    private ulong[] _ends = new ulong[64];

    public int Count { get; private set; }

    /// <summary>First page of a run.</summary>
    public ulong StartOf(int index) => _starts[index];

    /// <summary>First page after a run.</summary>
    public ulong EndOf(int index) => _ends[index];

    public void Add(ulong pfn)
    {
        if (Count > 0 && _ends[Count - 1] == pfn)
        {
            _ends[Count - 1]++;
            return;
        }

        if (Count == _starts.Length)
        {
            Array.Resize(ref _starts, Count * 2);
            Array.Resize(ref _ends, Count * 2);
        }

        _starts[Count] = pfn;
        _ends[Count] = pfn + 1;
        Count++;
    }

    public void Clear() => Count = 0;
}
