// Growable: a growing array that is compiled ahead of time.
namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// What List gives, for our own value types: the framework's generic collections over them would be compiled at the first address asked
/// for, which costs more than the lookup itself.
/// </summary>
internal sealed class Growable<T>(int capacity = 16)
{
    private T[] _items = new T[capacity];

    public int Count { get; private set; }

    public ref T this[int index] => ref _items[index];

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            _items = Copy(_items, Count, Count * 2);
        }

        _items[Count++] = item;
    }

    /// <summary>Drops everything from an index on.</summary>
    public void Truncate(int count) => Count = Math.Min(Count, count);

    public T[] ToArray() => Copy(_items, Count, Count);

    private static T[] Copy(T[] items, int count, int length)
    {
        var copy = new T[length];
        Array.Copy(items, copy, count);
        return copy;
    }
}
