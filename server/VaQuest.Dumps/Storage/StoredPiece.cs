// StoredPiece: a run of addresses and where its bytes are stored.
namespace VaQuest.Dumps.Storage;

/// <summary>
/// Addresses [<paramref name="Start"/>, <paramref name="End"/>) with the place of their first byte. Where pieces overlap the one of the
/// lowest <paramref name="Rank"/> is used; no two pieces have the same. A class, because collections of structures are compiled at
/// run time for each structure, which a dump that opens in milliseconds would notice.
/// </summary>
internal sealed record StoredPiece(ulong Start, ulong End, long Position, long Rank, PieceKind Kind);
