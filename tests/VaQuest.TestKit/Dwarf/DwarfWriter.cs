// DwarfWriter: builds debug sections for tests from a tree of entries.
using VaQuest.DebugInfo.Dwarf;
using VaQuest.TestKit.Elf;

namespace VaQuest.TestKit.Dwarf;

/// <summary>
/// One unit in .debug_info with its abbreviations, line program, aranges and range lists. Defaults make a valid 64-bit little-endian
/// DWARF 5 C unit; a test states only what it is about. References name entries by label.
/// </summary>
public sealed class DwarfWriter(ushort version = 5, bool is64Dwarf = false, int addressSize = 8, bool bigEndian = false)
{
    private readonly ByteAssembler _info = new(bigEndian, addressSize);
    private readonly ByteAssembler _abbreviations = new(bigEndian, addressSize);
    private readonly Dictionary<string, int> _labels = [];
    private readonly List<(int Position, string Label)> _references = [];
    private readonly List<(int Position, ulong Address)> _addresses = [];
    private int _nextCode = 1;

    public ushort Version { get; } = version;

    public int OffsetSize { get; } = is64Dwarf ? 8 : 4;

    public int AddressSize { get; } = addressSize;

    public bool IsBigEndian { get; } = bigEndian;

    /// <summary>Places of addresses in .debug_info, for relocations.</summary>
    public IReadOnlyList<(int Position, ulong Address)> Addresses => _addresses;

    public ByteAssembler NewAssembler() => new(IsBigEndian, AddressSize);

    /// <summary>.debug_abbrev of all entries written.</summary>
    public byte[] Abbreviations() => [.. _abbreviations.ToArray(), 0];

    /// <summary>Writes a unit and returns its bytes as .debug_info.</summary>
    public byte[] Unit(DwarfEntry root)
    {
        int lengthAt = BeginLength(_info);
        int start = _info.Position;
        _info.U16(Version);
        if (Version >= 5)
        {
            _info.U8(1).U8(AddressSize).Append(0, OffsetSize);
        }
        else
        {
            _info.Append(0, OffsetSize).U8(AddressSize);
        }

        Write(root);
        _info.Patch(lengthAt, (ulong)(_info.Position - start), OffsetSize);
        foreach ((int position, string label) in _references)
        {
            _info.Patch(position, (ulong)_labels[label], 4);
        }

        return _info.ToArray();
    }

    /// <summary>Writes the length field of a set and returns where to patch it.</summary>
    public int BeginLength(ByteAssembler bytes)
    {
        if (OffsetSize == 8)
        {
            bytes.U32(uint.MaxValue);
        }

        int at = bytes.Position;
        bytes.Append(0, OffsetSize);
        return at;
    }

    /// <summary>.debug_aranges with one set.</summary>
    public byte[] Aranges(params (ulong Low, ulong Length)[] ranges)
    {
        ByteAssembler bytes = NewAssembler();
        int lengthAt = BeginLength(bytes);
        int start = bytes.Position;
        bytes.U16(2).Append(0, OffsetSize).U8(AddressSize).U8(0).Align(2 * AddressSize);
        foreach ((ulong low, ulong length) in ranges)
        {
            bytes.Append(low, AddressSize).Append(length, AddressSize);
        }

        bytes.Append(0, AddressSize).Append(0, AddressSize);
        bytes.Patch(lengthAt, (ulong)(bytes.Position - start), OffsetSize);
        return bytes.ToArray();
    }

    /// <summary>The range list at the start of .debug_rnglists or .debug_ranges, as absolute addresses.</summary>
    public byte[] RangeList(params (ulong Low, ulong High)[] ranges)
    {
        ByteAssembler bytes = NewAssembler();
        if (Version < 5)
        {
            // A base address of 0: without it the pairs count from the unit's low pc.
            bytes.Append(ulong.MaxValue, AddressSize).Append(0, AddressSize);
        }

        foreach ((ulong low, ulong high) in ranges)
        {
            if (Version >= 5)
            {
                bytes.U8(6);
            }

            bytes.Append(low, AddressSize).Append(high, AddressSize);
        }

        return Version >= 5 ? bytes.U8(0).ToArray() : bytes.Append(0, AddressSize).Append(0, AddressSize).ToArray();
    }

    /// <summary>.debug_line: directories and files as named, rows as given, one sequence from the first row to <paramref name="end"/>.</summary>
    public byte[] Lines(string[] directories, (string Name, int Directory)[] files, LineRecord[] rows, ulong end)
    {
        ByteAssembler bytes = NewAssembler();
        int lengthAt = BeginLength(bytes);
        int start = bytes.Position;
        bytes.U16(Version);
        if (Version >= 5)
        {
            bytes.U8(AddressSize).U8(0);
        }

        int headerLengthAt = bytes.Position;
        bytes.Append(0, OffsetSize);
        int headerStart = bytes.Position;
        bytes.U8(1);
        if (Version >= 4)
        {
            bytes.U8(1);
        }

        bytes.U8(1).U8(-5).U8(14).U8(13).Bytes([0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]);
        WriteFiles(bytes, directories, files);
        bytes.Patch(headerLengthAt, (ulong)(bytes.Position - headerStart), OffsetSize);
        WriteRows(bytes, rows, end);
        bytes.Patch(lengthAt, (ulong)(bytes.Position - start), OffsetSize);
        return bytes.ToArray();
    }

    private void WriteFiles(ByteAssembler bytes, string[] directories, (string Name, int Directory)[] files)
    {
        if (Version < 5)
        {
            foreach (string directory in directories)
            {
                bytes.Text(directory);
            }

            bytes.U8(0);
            foreach ((string name, int directory) in files)
            {
                bytes.Text(name).Uleb((ulong)directory).Uleb(0).Uleb(0);
            }

            bytes.U8(0);
            return;
        }

        bytes.U8(1).Uleb(1).Uleb((ulong)DwarfForm.String).Uleb((ulong)directories.Length);
        foreach (string directory in directories)
        {
            bytes.Text(directory);
        }

        // Path, directory and an MD5 that readers must step over.
        bytes.U8(3).Uleb(1).Uleb((ulong)DwarfForm.String).Uleb(2).Uleb((ulong)DwarfForm.Udata).Uleb(5).Uleb((ulong)DwarfForm.Data16);
        bytes.Uleb((ulong)files.Length);
        foreach ((string name, int directory) in files)
        {
            bytes.Text(name).Uleb((ulong)directory).Bytes(new byte[16]);
        }
    }

    private void WriteRows(ByteAssembler bytes, LineRecord[] rows, ulong end)
    {
        int file = 1;
        int line = 1;
        ulong address = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            LineRecord row = rows[i];
            if (i == 0)
            {
                bytes.U8(0).Uleb((ulong)AddressSize + 1).U8(2).Append(row.Address, AddressSize);
            }
            else
            {
                bytes.U8(2).Uleb(row.Address - address);
            }

            if (row.File != file)
            {
                bytes.U8(4).Uleb((ulong)row.File);
            }

            bytes.U8(3).Sleb(row.Line - line).U8(5).Uleb((ulong)row.Column).U8(1);
            (file, line, address) = (row.File, row.Line, row.Address);
        }

        bytes.U8(2).Uleb(end - address).U8(0).U8(1).U8(1);
    }

    private void Write(DwarfEntry entry)
    {
        if (entry.Label is not null)
        {
            _labels[entry.Label] = _info.Position;
        }

        _info.Uleb((ulong)_nextCode);
        _abbreviations.Uleb((ulong)_nextCode++).Uleb((ulong)entry.Tag).U8(entry.Children.Count > 0 ? 1 : 0);
        foreach (DwarfEntry.Attribute attribute in entry.Attributes)
        {
            _abbreviations.Uleb((ulong)attribute.Name).Uleb((ulong)attribute.Form);
            if (attribute.Form == DwarfForm.ImplicitConst)
            {
                _abbreviations.Sleb((long)attribute.Number);
            }

            WriteValue(attribute);
        }

        _abbreviations.U8(0).U8(0);
        foreach (DwarfEntry child in entry.Children)
        {
            Write(child);
        }

        if (entry.Children.Count > 0)
        {
            _info.U8(0);
        }

        if (entry.EndLabel is not null)
        {
            _labels[entry.EndLabel] = _info.Position;
        }
    }

    private void WriteValue(DwarfEntry.Attribute attribute)
    {
        switch (attribute.Form)
        {
            case DwarfForm.String:
                _info.Text(attribute.Text!);
                break;
            case DwarfForm.Ref4 or DwarfForm.RefAddr:
                if (attribute.Text is not null)
                {
                    _references.Add((_info.Position, attribute.Text));
                }

                _info.U32((uint)attribute.Number);
                break;
            case DwarfForm.Addr:
                _addresses.Add((_info.Position, attribute.Number));
                _info.Append(attribute.Number, AddressSize);
                break;
            case DwarfForm.SecOffset or DwarfForm.Strp or DwarfForm.LineStrp:
                _info.Append(attribute.Number, OffsetSize);
                break;
            case DwarfForm.Udata or DwarfForm.Strx or DwarfForm.Addrx or DwarfForm.Rnglistx or DwarfForm.Loclistx or DwarfForm.RefUdata:
                _info.Uleb(attribute.Number);
                break;
            case DwarfForm.Sdata:
                _info.Sleb(unchecked((long)attribute.Number));
                break;
            case DwarfForm.FlagPresent or DwarfForm.ImplicitConst:
                break;
            case DwarfForm.Exprloc or DwarfForm.Block:
                _info.Uleb(attribute.Number).Bytes(attribute.Bytes ?? new byte[(int)attribute.Number]);
                break;
            case DwarfForm.Block1:
                _info.U8((int)attribute.Number).Bytes(new byte[(int)attribute.Number]);
                break;
            case DwarfForm.Block2:
                _info.U16((int)attribute.Number).Bytes(new byte[(int)attribute.Number]);
                break;
            case DwarfForm.Block4:
                _info.U32((uint)attribute.Number).Bytes(new byte[(int)attribute.Number]);
                break;
            case DwarfForm.Data16:
                _info.U64(attribute.Number).U64(0);
                break;
            case DwarfForm.Indirect:
                _info.Uleb((ulong)DwarfForm.Udata).Uleb(attribute.Number);
                break;
            case DwarfForm.Strx3 or DwarfForm.Addrx3:
                _info.Append(attribute.Number, 3);
                break;
            case DwarfForm.Data2 or DwarfForm.Strx2 or DwarfForm.Addrx2 or DwarfForm.Ref2:
                _info.U16((int)attribute.Number);
                break;
            case DwarfForm.Data4 or DwarfForm.Strx4 or DwarfForm.Addrx4:
                _info.U32((uint)attribute.Number);
                break;
            case DwarfForm.Data8 or DwarfForm.Ref8 or DwarfForm.RefSig8:
                _info.U64(attribute.Number);
                break;
            default:
                _info.U8((int)attribute.Number);
                break;
        }
    }
}
