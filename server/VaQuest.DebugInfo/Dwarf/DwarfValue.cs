// DwarfValue: one attribute's value as stored, before anything is resolved.
namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// An attribute value. Constants, offsets, addresses, indices and references are in <see cref="Bits"/>; blocks, expressions and inline
/// texts are a range of the unit's bytes. <see cref="DwarfUnit"/> resolves it.
/// </summary>
/// <param name="Form">DW_FORM_* of the value; None when the attribute is absent.</param>
/// <param name="Bits">The value, sign-extended for signed forms.</param>
/// <param name="BlockStart">Bytes from the unit's start to the block, for block forms, data16 and inline text.</param>
/// <param name="BlockLength">Bytes of the block.</param>
public readonly record struct DwarfValue(DwarfForm Form, ulong Bits, int BlockStart = 0, int BlockLength = 0)
{
    public bool IsPresent => Form != DwarfForm.None;

    /// <summary>True for DW_FORM_addr and the indexed address forms.</summary>
    public bool IsAddress => Form is DwarfForm.Addr or DwarfForm.Addrx or DwarfForm.Addrx1 or DwarfForm.Addrx2 or DwarfForm.Addrx3
        or DwarfForm.Addrx4 or DwarfForm.GnuAddrIndex;

    /// <summary>True when the value is a range of bytes.</summary>
    public bool IsBlock => Form is DwarfForm.Block or DwarfForm.Block1 or DwarfForm.Block2 or DwarfForm.Block4 or DwarfForm.Exprloc
        or DwarfForm.Data16;

    /// <summary>The value as a small number such as a line or a file index: 0 when it is absent or negative, capped at int.MaxValue.</summary>
    internal int AsCount => Bits > long.MaxValue ? 0 : (int)Math.Min(int.MaxValue, Bits);
}
