// MigrationReader: walks through the sections of a migration stream.
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.QemuMigration;

/// <summary>
/// Sections follow each other without an overall table (QEMU: migration/savevm.c). Memory comes first and can be parsed; the devices behind it have
/// no lengths, but the last section describes them, and the CPUs are found by their headers.
/// </summary>
internal sealed class MigrationReader(DumpInput input, long start)
{
    private const byte SectionEnd = 0;
    private const byte SectionStart = 1;
    private const byte SectionPart = 2;
    private const byte SectionLast = 3;
    private const byte SectionFull = 4;
    private const byte SectionSub = 5;
    private const byte SectionDescription = 6;
    private const byte SectionConfiguration = 7;
    private const byte SectionCommand = 8;
    private const byte SectionFooter = 0x7e;

    private const int SupportedVersion = 3;
    private const int RamVersion = 4;
    private const int MaxNameBytes = 4096;
    private const int MaxDescriptionBytes = 64 << 20;

    /// <summary>Device data behind the memory: a few MiB, with graphics and many CPUs some dozens.</summary>
    private const int MaxDeviceBytes = 256 << 20;

    /// <summary>Pages of all machines whose kernels are read are 4 KiB in the stream, whatever the guest uses.</summary>
    private const int PageSize = 4096;

    private readonly ByteCursor _cursor = new(input.Source, isBigEndian: true, "the migration stream") { Position = start };
    private uint? _ramId;

    public string Machine { get; private set; } = "";

    /// <summary>The memory; null when the stream ends or breaks before it.</summary>
    public RamSection? Ram { get; private set; }

    public IReadOnlyList<CpuSection> Cpus { get; private set; } = [];

    /// <summary>What follows the memory, up to its description.</summary>
    private long _devicesAt;

    /// <summary>Reads all sections up to the devices. What lies behind damage is left out, with a warning.</summary>
    public void Read()
    {
        _cursor.Skip(4);
        uint version = _cursor.ReadUInt32();
        if (version != SupportedVersion)
        {
            throw new DumpFormatException(FormatError.Unsupported, $"the migration stream has version {version}; only version {SupportedVersion} is known");
        }

        try
        {
            bool isMemory = true;
            while (isMemory)
            {
                isMemory = ReadSection();
            }

            _devicesAt = _cursor.Position;
        }
        catch (DumpFormatException error) when (Ram is { Runs.Pages: > 0 })
        {
            input.IsCut = true;
            input.Warnings.Add($"{error.Message}; memory that comes later in the stream is missing, and pages that were sent again later have their older bytes");
            return;
        }

        ReadDevices();
    }

    /// <summary>Reads one section; false at the first that is no memory and no header.</summary>
    private bool ReadSection()
    {
        long at = _cursor.Position;
        byte type = _cursor.ReadByte();
        switch (type)
        {
            case SectionConfiguration:
                ReadConfiguration();
                return true;
            case SectionCommand:
                _cursor.Skip(2);
                _cursor.Skip(_cursor.ReadUInt16());
                return true;
            case SectionFooter:
                _cursor.Skip(4);
                return true;
            case SectionPart or SectionLast when _cursor.ReadUInt32() == _ramId:
                Ram!.ReadPart(_cursor);
                return true;
            case SectionStart or SectionFull when ReadHeader(out uint id) == "ram":
                StartRam(id);
                return true;
            case SectionStart or SectionFull or SectionPart or SectionLast or SectionEnd or SectionSub:
                _cursor.Position = at;
                return false;
            default:
                throw new DumpFormatException(
                    FormatError.BadValue, FormattableString.Invariant($"the section at byte {at} of the migration stream has type 0x{type:x}, which is not known"));
        }
    }

    private string ReadHeader(out uint id)
    {
        id = _cursor.ReadUInt32();
        return DumpText.Clean(_cursor.Take(_cursor.ReadByte()));
    }

    private void StartRam(uint id)
    {
        _cursor.Skip(4);
        uint version = _cursor.ReadUInt32();
        if (version != RamVersion)
        {
            throw new DumpFormatException(FormatError.Unsupported, $"the memory section has version {version}; only version {RamVersion} is known");
        }

        _ramId = id;
        Ram = new RamSection(input, Machine, PageSize);
        Ram.ReadPart(_cursor);
    }

    /// <summary>The machine's name, then subsections (QEMU: vmstate_configuration).</summary>
    private void ReadConfiguration()
    {
        uint length = _cursor.ReadUInt32();
        if (length > MaxNameBytes)
        {
            throw new DumpFormatException(FormatError.BadValue, $"the machine's name in the migration stream claims {length} bytes");
        }

        Machine = DumpText.Clean(_cursor.Take((int)length));
        while (_cursor.Peek(1) is [SectionSub])
        {
            _cursor.Skip(1);
            string name = DumpText.Clean(_cursor.Take(_cursor.ReadByte()));
            _cursor.Skip(4);
            switch (name)
            {
                case "configuration/target-page-bits":
                    _cursor.Skip(4);
                    break;
                case "configuration/uuid":
                    _cursor.Skip(16);
                    break;
                case "configuration/capabilities":
                    uint count = _cursor.ReadUInt32();
                    for (uint i = 0; i < count; i++)
                    {
                        _cursor.Take(_cursor.ReadByte());
                    }

                    break;
                default:
                    throw new DumpFormatException(FormatError.Unsupported, $"the migration stream has the subsection \"{DumpText.Shorten(name)}\", which is not known");
            }
        }
    }

    private void ReadDevices()
    {
        long left = input.Source.Length - _devicesAt;
        if (left <= 0 || left > MaxDeviceBytes)
        {
            return;
        }

        byte[] bytes = new byte[left];
        int got = input.Source.ReadSome(_devicesAt, bytes, "the devices of the migration stream");
        ReadOnlySpan<byte> devices = bytes.AsSpan(0, got);
        if (FindDescription(devices) is not { } description)
        {
            input.IsCut = true;
            input.Warn($"the migration stream ends without the description of its devices; the CPUs' registers cannot be read");
            return;
        }

        IReadOnlyList<CpuLayout> layouts = DeviceDescription.ReadCpus(description, out _);
        Cpus = layouts.Select(layout => FindCpu(bytes.AsSpan(0, got), layout)).OfType<CpuSection>().OrderBy(cpu => cpu.ToState().Index).ToArray();
    }

    /// <summary>The last section: type 6, length, JSON up to the end of the stream.</summary>
    private static byte[]? FindDescription(ReadOnlySpan<byte> devices)
    {
        ReadOnlySpan<byte> start = "{\""u8;
        for (int end = devices.Length; devices[..end].LastIndexOf(start) is >= 6 and var at; end = at + 1)
        {
            uint length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(devices[(at - 4)..]);
            if (devices[at - 5] == SectionDescription && length <= MaxDescriptionBytes && length <= (uint)(devices.Length - at) && length > 2)
            {
                return devices.Slice(at, (int)length).ToArray();
            }
        }

        return null;
    }

    /// <summary>A section's header: type, id, the name with its length, instance, version; then the data.</summary>
    private static CpuSection? FindCpu(ReadOnlySpan<byte> devices, CpuLayout layout)
    {
        ReadOnlySpan<byte> mark = "\u0003cpu"u8;
        const int HeaderBytes = 12;
        for (int from = 0; devices[from..].IndexOf(mark) is >= 0 and var hit; from += hit + 1)
        {
            int at = from + hit;
            if (at < 5 || devices[at - 5] is not (SectionStart or SectionFull) || devices.Length - at < HeaderBytes + layout.Bytes)
            {
                continue;
            }

            var header = new SpanReader(devices[(at + mark.Length)..], bigEndian: true);
            if (header.ReadUInt32() == (uint)layout.Instance && header.ReadUInt32() < 1000)
            {
                return CpuSection.Decode(layout, devices.Slice(at + HeaderBytes, layout.Bytes).ToArray());
            }
        }

        return null;
    }
}
