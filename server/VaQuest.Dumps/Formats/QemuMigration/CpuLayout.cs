// CpuLayout: where a migration stream keeps a CPU's registers, as its own description says.
namespace VaQuest.Dumps.Formats.QemuMigration;

/// <summary>Offsets of the fields of one device "cpu", by name, from the start of its data.</summary>
internal sealed class CpuLayout(int instance)
{
    private readonly Dictionary<string, (int Offset, int Size, int Count)> _fields = new(StringComparer.Ordinal);

    /// <summary>The device's instance: the CPU's index.</summary>
    public int Instance => instance;

    /// <summary>Bytes of all fields.</summary>
    public int Bytes { get; private set; }

    /// <summary>Adds the next field in the order of the stream; false when the layout becomes larger than any CPU's.</summary>
    public bool TryAdd(string name, int size, int count)
    {
        const int MaxBytes = 1 << 20;
        if (size < 0 || count < 0 || (long)size * count > MaxBytes - Bytes)
        {
            return false;
        }

        _fields.TryAdd(name, (Bytes, size, count));
        Bytes += size * count;
        return true;
    }

    /// <summary>A field's place, or null.</summary>
    public (int Offset, int Size, int Count)? Find(string name) => _fields.TryGetValue(name, out (int, int, int) field) ? field : null;
}
