// AvmlChunk: one chunk of a snappy stream in an AVML image.
namespace VaQuest.Dumps.Formats.Avml;

/// <summary>A chunk of at most 64 KiB of memory.</summary>
/// <param name="Position">Offset in the file of its checksum, which comes before its data.</param>
/// <param name="StoredBytes">Bytes of checksum and data.</param>
/// <param name="Start">Physical address.</param>
/// <param name="Bytes">Bytes of memory.</param>
/// <param name="IsCompressed">False when the data is stored as it is.</param>
internal sealed record AvmlChunk(long Position, int StoredBytes, ulong Start, int Bytes, bool IsCompressed);
