// DumpSample: a small sound dump of one format, with what it holds and where its fields are.
using System.Buffers.Binary;
using VaQuest.Dumps;

namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>
/// What the sweeps cut and bend, and what fuzzing starts from. Recipe:
/// <code>new DumpSample(writer.ToArray()).Holds(0x1000, page).Field("block_size", 428, 4)</code>
/// </summary>
public sealed class DumpSample(byte[] dump)
{
    private readonly List<SampleMemory> _memory = [];
    private readonly List<SampleField> _fields = [];
    private readonly SortedDictionary<string, byte[]> _companions = new(StringComparer.Ordinal);

    public byte[] Dump { get; } = dump;

    /// <summary>Name of the dump's file, for formats that are told by it.</summary>
    public string FileName { get; init; } = "vmcore";

    /// <summary>Byte order of fields that do not say otherwise.</summary>
    public bool IsBigEndian { get; init; }

    /// <summary>Options with which the sample opens.</summary>
    public DumpOptions Options { get; init; } = DumpOptions.Default;

    /// <summary>True for a sample that is incomplete on purpose: what is missing need not be new.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>Further files beside the dump, by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Companions => _companions;

    public IReadOnlyList<SampleMemory> Memory => _memory;

    public IReadOnlyList<SampleField> Fields => _fields;

    public DumpSample Holds(ulong address, byte[] bytes)
    {
        _memory.Add(new SampleMemory(address, bytes));
        return this;
    }

    public DumpSample Companion(string name, byte[] bytes)
    {
        _companions[name] = bytes;
        return this;
    }

    /// <summary>A field for the sweep; see <see cref="SampleField"/>.</summary>
    public DumpSample Field(string name, long at, int size, bool isPlacement = false, bool? isBigEndian = null, string? file = null)
    {
        byte[] bytes = file is null ? Dump : _companions[file];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at, bytes.Length - size);
        _fields.Add(new SampleField(name, at, size, isBigEndian ?? IsBigEndian, isPlacement, file));
        return this;
    }

    /// <summary>Values that a field is set to: 0, 1, the largest, the sign bit and what lies beside them and beside the true value.</summary>
    public static IEnumerable<ulong> ExtremesOf(SampleField field, ReadOnlySpan<byte> sound)
    {
        ulong all = field.Size == 8 ? ulong.MaxValue : (1ul << (8 * field.Size)) - 1;
        ulong sign = 1ul << ((8 * field.Size) - 1);
        ulong now = Get(sound, field);
        ulong[] values = [0, 1, all, sign, sign - 1, unchecked(all - 0xfff) & all, 1ul << (4 * field.Size), unchecked(now + 1) & all, unchecked(now - 1) & all];
        return values.Distinct().Where(value => value != now).ToArray();
    }

    /// <summary>Sets a field in a copy of its file.</summary>
    public static byte[] With(byte[] sound, SampleField field, ulong value)
    {
        byte[] bytes = [.. sound];
        Span<byte> wide = stackalloc byte[8];
        if (field.IsBigEndian)
        {
            BinaryPrimitives.WriteUInt64BigEndian(wide, value);
            wide[(8 - field.Size)..].CopyTo(bytes.AsSpan((int)field.At));
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(wide, value);
            wide[..field.Size].CopyTo(bytes.AsSpan((int)field.At));
        }

        return bytes;
    }

    private static ulong Get(ReadOnlySpan<byte> bytes, SampleField field)
    {
        Span<byte> wide = stackalloc byte[8];
        wide.Clear();
        ReadOnlySpan<byte> value = bytes.Slice((int)field.At, field.Size);
        if (field.IsBigEndian)
        {
            value.CopyTo(wide[(8 - field.Size)..]);
            return BinaryPrimitives.ReadUInt64BigEndian(wide);
        }

        value.CopyTo(wide);
        return BinaryPrimitives.ReadUInt64LittleEndian(wide);
    }
}
