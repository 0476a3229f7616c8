// PieceKind: whether the bytes of a run of addresses are in the file.
namespace VaQuest.Dumps.Storage;

/// <summary>State of a <see cref="StoredPiece"/>, best first.</summary>
internal enum PieceKind : byte
{
    /// <summary>The bytes are in the file.</summary>
    Present,

    /// <summary>The bytes should be in the file, which ends before them.</summary>
    Lost,

    /// <summary>The bytes were left out on purpose.</summary>
    Excluded,
}
