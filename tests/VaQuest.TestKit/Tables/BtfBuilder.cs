// BtfBuilder: writes BTF blobs from declarations, for tests.
using System.Buffers.Binary;
using System.Text;

namespace VaQuest.TestKit.Tables;

/// <summary>
/// Builds a BTF blob; each Add returns the new type's number. Documentation/bpf/btf.rst. With a base, numbers and strings continue the base's.
/// </summary>
public sealed class BtfBuilder(int firstId = 1, int stringStart = 0)
{
    private readonly List<byte> _types = [];
    private readonly List<byte> _strings = stringStart == 0 ? [0] : [];
    private int _nextId = firstId;

    public int NextId => _nextId;

    public int StringBytes => stringStart + _strings.Count;

    public int AddInt(string name, int size, bool isSigned = false, bool isBoolean = false) =>
        Add(name, 1, 0, (uint)size, false, (uint)(((isSigned ? 1 : 0) | (isBoolean ? 4 : 0)) << 24 | (size * 8)));

    public int AddPointer(int target) => Add("", 2, 0, (uint)target, false);

    public int AddArray(int element, int index, int count) => Add("", 3, 0, 0, false, (uint)element, (uint)index, (uint)count);

    public int AddTypedef(string name, int target) => Add(name, 8, 0, (uint)target, false);

    public int AddConst(int target) => Add("", 10, 0, (uint)target, false);

    public int AddForward(string name, bool isUnion = false) => Add(name, 7, 0, 0, isUnion);

    /// <summary>Members are (name, type, bit offset, bit size; 0 for none).</summary>
    public int AddStruct(string name, int size, bool isUnion, params (string Name, int Type, int BitOffset, int BitSize)[] members)
    {
        bool hasBits = members.Any(member => member.BitSize != 0);
        uint[] words =
        [
            .. members.SelectMany(member => new[]
            {
                AddString(member.Name), (uint)member.Type, (uint)(member.BitOffset | (hasBits ? member.BitSize << 24 : 0)),
            }),
        ];
        return Add(name, isUnion ? 5 : 4, members.Length, (uint)size, hasBits, words);
    }

    public int AddEnum(string name, bool isSigned, params (string Name, int Value)[] values) =>
        Add(name, 6, values.Length, 4, isSigned, [.. values.SelectMany(value => new[] { AddString(value.Name), unchecked((uint)value.Value) })]);

    public int AddEnum64(string name, params (string Name, ulong Value)[] values) =>
        Add(name, 19, values.Length, 8, false, [.. values.SelectMany(value => new[] { AddString(value.Name), unchecked((uint)value.Value), (uint)(value.Value >> 32) })]);

    /// <summary>A record of any kind, for hostile tests.</summary>
    public int Add(string name, int kind, int count, uint sizeOrType, bool flag, params uint[] trailer)
    {
        Word(AddString(name));
        Word((uint)count | ((uint)kind << 24) | (flag ? 0x80000000 : 0));
        Word(sizeOrType);
        foreach (uint word in trailer)
        {
            Word(word);
        }

        return _nextId++;
    }

    public byte[] Build()
    {
        var blob = new byte[24 + _types.Count + _strings.Count];
        BinaryPrimitives.WriteUInt16LittleEndian(blob, 0xeb9f);
        blob[2] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(4), 24);
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(12), _types.Count);
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(16), _types.Count);
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(20), _strings.Count);
        _types.CopyTo(blob, 24);
        _strings.CopyTo(blob, 24 + _types.Count);
        return blob;
    }

    private uint AddString(string text)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        int offset = stringStart + _strings.Count;
        _strings.AddRange(Encoding.UTF8.GetBytes(text));
        _strings.Add(0);
        return (uint)offset;
    }

    private void Word(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _types.AddRange(bytes);
    }
}
