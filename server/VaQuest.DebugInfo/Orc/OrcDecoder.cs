// OrcDecoder: six bytes of any layout to one row form, and which layout a kernel uses.
using System.Buffers.Binary;
using System.Globalization;

namespace VaQuest.DebugInfo.Orc;

/// <summary>Lowers all ORC layouts to <see cref="OrcRow"/>.</summary>
public static class OrcDecoder
{
    /// <summary>Length of the .orc_header section in bytes.</summary>
    public const int HeaderSize = 20;

    private static readonly OrcRegister[] s_registers =
    [
        OrcRegister.Undefined, OrcRegister.PreviousSp, OrcRegister.Dx, OrcRegister.Di, OrcRegister.Bp, OrcRegister.Sp, OrcRegister.R10,
        OrcRegister.R13, OrcRegister.BpIndirect, OrcRegister.SpIndirect, OrcRegister.Ax,
    ];

    private static readonly OrcRegister[] s_registersV4 =
    [
        OrcRegister.Undefined, OrcRegister.Ax, OrcRegister.Dx, OrcRegister.Sp, OrcRegister.Bp, OrcRegister.Di, OrcRegister.R10,
        OrcRegister.R13, OrcRegister.PreviousSp, OrcRegister.SpIndirect, OrcRegister.BpIndirect,
    ];

    /// <summary>Decodes a row. <paramref name="bytes"/> holds at least <see cref="OrcRow.Size"/> bytes, little-endian.</summary>
    public static OrcRow Decode(ReadOnlySpan<byte> bytes, OrcLayout layout)
    {
        short spOffset = BinaryPrimitives.ReadInt16LittleEndian(bytes);
        short bpOffset = BinaryPrimitives.ReadInt16LittleEndian(bytes[2..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        OrcRegister sp = Register(bits & 0xf, layout);
        OrcRegister bp = Register((bits >> 4) & 0xf, layout);
        (OrcRowType type, bool isSignal) = layout switch
        {
            OrcLayout.V1 => OldType((bits >> 8) & 3, sp, (bits & 0x400) != 0, null),
            OrcLayout.V2 => OldType((bits >> 8) & 3, sp, (bits & 0x800) != 0, (bits & 0x400) != 0),
            _ => NewType((bits >> 8) & 7, (bits & 0x800) != 0),
        };
        return new OrcRow(type, sp, spOffset, bp, bpOffset, isSignal);
    }

    /// <summary>
    /// The layout named by the hash in .orc_header (scripts/orc_hash.sh), or null when the hash is not one of the known three.
    /// </summary>
    public static OrcLayout? LayoutOfHeader(ReadOnlySpan<byte> header) => Convert.ToHexStringLower(header) switch
    {
        "db84aed4103b31dd51e017f8f79783ca985c2c51" => OrcLayout.V2,
        "fe5d32bf581bd63b2ca9a5c65ba5a625eab3fe24" => OrcLayout.V3,
        "137c36ad7627c4dd55932176bb0ecdbd5041fc82" => OrcLayout.V4,
        _ => null,
    };

    /// <summary>
    /// The layout by release, for kernels without .orc_header (before 6.3.10 and 6.4). RHEL 9 took V3 into 5.14.0-517.el9.
    /// </summary>
    public static OrcLayout LayoutOfRelease(string release)
    {
        (int major, int minor, int rhelBuild) = ParseRelease(release);
        if (major == 5 && minor == 14 && rhelBuild >= 517 && release.Contains(".el9", StringComparison.Ordinal))
        {
            return OrcLayout.V3;
        }

        return (major, minor) switch
        {
            _ when major > 7 || (major == 7 && minor >= 1) => OrcLayout.V4,
            _ when major == 7 || (major == 6 && minor >= 4) => OrcLayout.V3,
            (6, 3) => OrcLayout.V2,
            _ => OrcLayout.V1,
        };
    }

    private static (int Major, int Minor, int Build) ParseRelease(string release)
    {
        string[] parts = release.Split('.', '-');
        int Part(int index) =>
            index < parts.Length && int.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 0;
        return (Part(0), Part(1), Part(3));
    }

    private static OrcRegister Register(int number, OrcLayout layout)
    {
        OrcRegister[] table = layout == OrcLayout.V4 ? s_registersV4 : s_registers;
        return number < table.Length ? table[number] : OrcRegister.Invalid;
    }

    private static (OrcRowType Type, bool IsSignal) OldType(int type, OrcRegister sp, bool isEnd, bool? signal)
    {
        if (sp == OrcRegister.Undefined)
        {
            return (isEnd ? OrcRowType.EndOfStack : OrcRowType.Undefined, signal ?? false);
        }

        return type switch
        {
            0 => (OrcRowType.Call, signal ?? false),
            1 => (OrcRowType.Regs, signal ?? true),
            2 => (OrcRowType.RegsPartial, signal ?? true),
            _ => (OrcRowType.Undefined, false),
        };
    }

    private static (OrcRowType Type, bool IsSignal) NewType(int type, bool isSignal) => type switch
    {
        1 => (OrcRowType.EndOfStack, isSignal),
        2 => (OrcRowType.Call, isSignal),
        3 => (OrcRowType.Regs, isSignal),
        4 => (OrcRowType.RegsPartial, isSignal),
        _ => (OrcRowType.Undefined, isSignal),
    };
}
