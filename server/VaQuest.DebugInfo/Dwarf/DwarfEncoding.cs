// DwarfEncoding: the sizes that decide how a unit's values are encoded.
namespace VaQuest.DebugInfo.Dwarf;

/// <summary>What travels with every unit: version, address size in bytes, offset size in bytes (4 for 32-bit DWARF, 8 for 64-bit).</summary>
public readonly record struct DwarfEncoding(ushort Version, byte AddressSize, byte OffsetSize, bool IsBigEndian)
{
    /// <summary>Size of a form's value in bytes, or -1 when the value itself tells, or -2 when the form is unknown.</summary>
    internal int SizeOf(DwarfForm form) => form switch
    {
        DwarfForm.FlagPresent or DwarfForm.ImplicitConst => 0,
        DwarfForm.Data1 or DwarfForm.Flag or DwarfForm.Ref1 or DwarfForm.Strx1 or DwarfForm.Addrx1 => 1,
        DwarfForm.Data2 or DwarfForm.Ref2 or DwarfForm.Strx2 or DwarfForm.Addrx2 => 2,
        DwarfForm.Strx3 or DwarfForm.Addrx3 => 3,
        DwarfForm.Data4 or DwarfForm.Ref4 or DwarfForm.RefSup4 or DwarfForm.Strx4 or DwarfForm.Addrx4 => 4,
        DwarfForm.Data8 or DwarfForm.Ref8 or DwarfForm.RefSig8 or DwarfForm.RefSup8 => 8,
        DwarfForm.Data16 => 16,
        DwarfForm.Addr => AddressSize,
        DwarfForm.RefAddr => Version <= 2 ? AddressSize : OffsetSize,
        DwarfForm.Strp or DwarfForm.SecOffset or DwarfForm.LineStrp or DwarfForm.StrpSup or DwarfForm.GnuRefAlt
            or DwarfForm.GnuStrpAlt => OffsetSize,
        DwarfForm.Block or DwarfForm.Block1 or DwarfForm.Block2 or DwarfForm.Block4 or DwarfForm.Exprloc or DwarfForm.String
            or DwarfForm.Sdata or DwarfForm.Udata or DwarfForm.RefUdata or DwarfForm.Indirect or DwarfForm.Strx or DwarfForm.Addrx
            or DwarfForm.Loclistx or DwarfForm.Rnglistx or DwarfForm.GnuAddrIndex or DwarfForm.GnuStrIndex => -1,
        _ => -2,
    };
}
