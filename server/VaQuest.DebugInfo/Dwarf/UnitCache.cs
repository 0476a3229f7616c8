// UnitCache: the most recently used units, bounded.
namespace VaQuest.DebugInfo.Dwarf;

/// <summary>Keeps a fixed number of loaded units. Safe for concurrent callers; a unit may be loaded twice when two ask at once.</summary>
internal sealed class UnitCache(int capacity)
{
    // More units than a report needs: only passes over much of a large file give its pages back.
    private const int LoadsPerDrop = 256;

    private readonly DwarfUnit?[] _units = new DwarfUnit?[capacity];
    private readonly long[] _lastUsed = new long[capacity];
    private readonly Lock _lock = new();
    private long _clock;
    private long _loads;

    public DwarfUnit GetOrLoad(DwarfImage image, long offset)
    {
        lock (_lock)
        {
            int found = IndexOf(offset);
            if (found >= 0)
            {
                _lastUsed[found] = ++_clock;
                return _units[found]!;
            }
        }

        DwarfUnit loaded = DwarfUnit.Load(image, offset);
        if (Interlocked.Increment(ref _loads) % LoadsPerDrop == 0)
        {
            image.Elf.Bytes.DropResidentPages();
        }

        lock (_lock)
        {
            int slot = IndexOf(offset);
            if (slot >= 0)
            {
                return _units[slot]!;
            }

            slot = Oldest();
            _units[slot] = loaded;
            _lastUsed[slot] = ++_clock;
            return loaded;
        }
    }

    private int IndexOf(long offset)
    {
        for (int i = 0; i < _units.Length; i++)
        {
            if (_units[i]?.Offset == offset)
            {
                return i;
            }
        }

        return -1;
    }

    private int Oldest()
    {
        int oldest = 0;
        for (int i = 1; i < _units.Length; i++)
        {
            if (_lastUsed[i] < _lastUsed[oldest])
            {
                oldest = i;
            }
        }

        return oldest;
    }
}
