// LocationPiece: one piece of an object that is in several places.
namespace VaQuest.DebugInfo.Dwarf.Expressions;

/// <summary>A piece; pieces follow each other in the object from its lowest address or bit on.</summary>
/// <param name="Location">Where the piece is; never itself in pieces.</param>
/// <param name="BitSize">Its size in bits, at least 1.</param>
/// <param name="BitOffset">Bits from the start of the location to the piece (DW_OP_bit_piece).</param>
public sealed record LocationPiece(DwarfLocation Location, long BitSize, long BitOffset);
