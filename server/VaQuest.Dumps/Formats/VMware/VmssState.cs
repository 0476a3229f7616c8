// VmssState: reads the groups of tags of a VMware suspend or snapshot file.
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.VMware;

/// <summary>
/// A header of 12 bytes, then groups of 80 (name, position, size). A group is a list of tags: 16 bits with the length of the name, the number of
/// indices and the size of the value; a tag of 0 ends it. Values of size 62 and 63 are blocks with a length of their own. All little-endian.
/// </summary>
internal sealed class VmssState
{
    private const int GroupBytes = 80;
    private const int MaxGroups = 1024;
    private const int MaxTags = 1 << 20;
    private const int MaxCpus = 4096;
    private const int MaxRegions = 1024;
    private const int CompressedBlock = 62;
    private const int Block = 63;
    private const int GeneralBytes = 128;
    private const int ControlBytes = 72;
    private const int IdtBytes = 10;

    private static readonly string[] s_general =
        ["rax", "rcx", "rdx", "rbx", "rbp", "rsp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];

    private readonly SortedDictionary<int, VmssCpu> _cpus = [];
    private readonly SortedDictionary<int, VmssRegion> _regions = [];

    public IEnumerable<VmssCpu> Cpus => _cpus.Values;

    public IReadOnlyList<VmssRegion> Regions => [.. _regions.Values];

    /// <summary>Where memory lies in the file itself, and its length; null when it is in a file of its own.</summary>
    public (long Position, ulong Bytes)? Memory { get; private set; }

    /// <summary>True when the group that says where memory belongs was read.</summary>
    public bool IsMemoryKnown { get; private set; }

    /// <summary>Reads the groups "cpu" and "memory". What lies behind damage is left out, with a warning.</summary>
    public static VmssState Read(DumpInput input)
    {
        var state = new VmssState();
        var cursor = new ByteCursor(input.Source, isBigEndian: false, "the groups of the VMware file") { Position = 8 };
        uint groups = cursor.ReadUInt32();
        DumpLimits.Check("groups of the VMware file", groups, MaxGroups);
        for (uint i = 0; i < groups; i++)
        {
            cursor.Position = 12 + (i * GroupBytes);
            string name = DumpText.Clean(cursor.Take(64));
            ulong position = cursor.ReadUInt64();
            if (name is not ("cpu" or "memory"))
            {
                continue;
            }

            try
            {
                cursor.Position = (long)Math.Min(position, (ulong)input.Source.Length);
                state.ReadGroup(cursor);
                state.IsMemoryKnown |= name == "memory";
            }
            catch (DumpFormatException error)
            {
                input.IsCut = true;
                input.Warnings.Add($"{error.Message}; what follows in its group \"{name}\" is missing");
            }
        }

        return state;
    }

    private void ReadGroup(ByteCursor cursor)
    {
        Span<int> indices = stackalloc int[3];
        for (int tags = 0; tags < MaxTags; tags++)
        {
            ushort tag = cursor.ReadUInt16();
            if (tag == 0)
            {
                return;
            }

            string name = DumpText.Clean(cursor.Take(tag >> 8));
            indices.Clear();
            for (int i = 0; i < ((tag >> 6) & 3); i++)
            {
                indices[i] = (int)Math.Min(int.MaxValue, cursor.ReadUInt32());
            }

            int size = tag & 63;
            if (size is Block or CompressedBlock)
            {
                ReadBlock(cursor, name, indices[0], isCompressed: size == CompressedBlock);
            }
            else
            {
                ReadOnlySpan<byte> value = cursor.Take(size);
                if (size <= 8)
                {
                    new SpanReader(value).TryReadUInt(size, out ulong number);
                    Set(name, indices[0], number);
                }
            }
        }

        throw new DumpFormatException(FormatError.LimitExceeded, $"a group of the VMware file has more than {MaxTags} tags");
    }

    private void ReadBlock(ByteCursor cursor, string name, int index, bool isCompressed)
    {
        ulong bytes = cursor.ReadUInt64();
        ulong inMemory = cursor.ReadUInt64();
        cursor.Skip(cursor.ReadUInt16());
        long position = cursor.Position;
        if (bytes > long.MaxValue / 2)
        {
            throw new DumpFormatException(FormatError.BadValue, $"the block \"{name[..Math.Min(name.Length, 40)]}\" of the VMware file claims {bytes} bytes");
        }

        if (name == "Memory")
        {
            if (isCompressed)
            {
                throw new DumpFormatException(FormatError.Unsupported, "the memory in the VMware file is compressed, which is not read; take a snapshot with a .vmem file");
            }

            Memory = (position, Math.Min(bytes, inMemory));
        }
        else if (CpuAt(index) is { } cpu && !isCompressed)
        {
            ReadCpu(cursor, cpu, name, bytes);
        }

        cursor.Position = position + (long)bytes;
    }

    private static void ReadCpu(ByteCursor cursor, VmssCpu cpu, string name, ulong bytes)
    {
        switch (name)
        {
            case "gpregs" when bytes == GeneralBytes:
                foreach (string register in s_general)
                {
                    cpu.Registers[register] = cursor.ReadUInt64();
                }

                break;
            case "CR64" when bytes == ControlBytes:
                cpu.Cr0 = cursor.ReadUInt64();
                cursor.Skip(8);
                cpu.Cr2 = cursor.ReadUInt64();
                cpu.Cr3 = cursor.ReadUInt64();
                cpu.Cr4 = cursor.ReadUInt64();
                break;
            case "IDTR" when bytes == IdtBytes:
                cursor.Skip(2);
                cpu.IdtBase = cursor.ReadUInt64();
                break;
            default:
                break;
        }
    }

    private void Set(string name, int index, ulong value)
    {
        switch (name)
        {
            case "rip" when CpuAt(index) is { } cpu:
                cpu.Registers["rip"] = value;
                break;
            case "rflags" or "eflags" when CpuAt(index) is { } cpu:
                cpu.Registers["rflags"] = value;
                break;
            case "regionPageNum" when RegionAt(index) is { } region:
                region.ImagePage = value;
                break;
            case "regionPPN" when RegionAt(index) is { } region:
                region.GuestPage = value;
                break;
            case "regionSize" when RegionAt(index) is { } region:
                region.Pages = value;
                break;
            default:
                break;
        }
    }

    private VmssCpu? CpuAt(int index) => At(_cpus, index, MaxCpus, static i => new VmssCpu(i));

    private VmssRegion? RegionAt(int index) => At(_regions, index, MaxRegions, static _ => new VmssRegion());

    private static T? At<T>(SortedDictionary<int, T> items, int index, int limit, Func<int, T> make)
        where T : class
    {
        if (index >= limit)
        {
            return null;
        }

        if (!items.TryGetValue(index, out T? item))
        {
            items[index] = item = make(index);
        }

        return item;
    }
}
