// AddressMap: from addresses to small numbers, without a generic collection over value types.
namespace VaQuest.Kernel.Objects;

/// <summary>
/// An open-addressing hash table. Generic collections over value types are compiled at run time, which costs more than a whole report may take;
/// this one is compiled ahead. Not thread-safe while it is filled.
/// </summary>
internal sealed class AddressMap
{
    private ulong[] _keys = new ulong[64];
    private int[] _values = new int[64];
    private bool[] _used = new bool[64];

    public int Count { get; private set; }

    /// <summary>Adds a key; false when it is there already (its value stays).</summary>
    public bool TryAdd(ulong key, int value)
    {
        if (Count * 2 >= _keys.Length)
        {
            Grow();
        }

        int slot = FindSlot(key);
        if (_used[slot])
        {
            return false;
        }

        _used[slot] = true;
        _keys[slot] = key;
        _values[slot] = value;
        Count++;
        return true;
    }

    /// <summary>The value of a key, or -1.</summary>
    public int Find(ulong key)
    {
        int slot = FindSlot(key);
        return _used[slot] ? _values[slot] : -1;
    }

    private int FindSlot(ulong key)
    {
        ulong mixed = unchecked((key ^ (key >> 32)) * 0x9e3779b97f4a7c15);
        int slot = (int)(mixed >> 40) & (_keys.Length - 1);
        while (_used[slot] && _keys[slot] != key)
        {
            slot = (slot + 1) & (_keys.Length - 1);
        }

        return slot;
    }

    private void Grow()
    {
        (ulong[] keys, int[] values, bool[] used) = (_keys, _values, _used);
        _keys = new ulong[keys.Length * 2];
        _values = new int[keys.Length * 2];
        _used = new bool[keys.Length * 2];
        Count = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            if (used[i])
            {
                TryAdd(keys[i], values[i]);
            }
        }
    }
}
