// S390Chunk: one compressed chunk of an extended s390 dump.
namespace VaQuest.Dumps.Formats.S390;

/// <summary>A chunk of memory that was compressed as a whole.</summary>
/// <param name="Position">Offset in the file.</param>
/// <param name="StoredBytes">Bytes up to the next chunk; the stream may end before.</param>
/// <param name="Start">Physical address.</param>
/// <param name="Bytes">Bytes of memory.</param>
internal sealed record S390Chunk(long Position, int StoredBytes, ulong Start, int Bytes);
