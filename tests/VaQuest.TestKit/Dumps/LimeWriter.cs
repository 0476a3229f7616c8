// LimeWriter: writes LiME and AVML memory images for tests.
using System.Buffers.Binary;
using System.Numerics;
using Snappier;

namespace VaQuest.TestKit.Dumps;

/// <summary>Ranges of memory behind headers: as they are (LiME, AVML 1) or as framed snappy streams (AVML 2).</summary>
public sealed class LimeWriter
{
    private const int ChunkBytes = 64 << 10;

    private readonly WireWriter _file = new();

    /// <summary>True: AVML version 2, compressed.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>True: the end of a range is written exclusive, as the first AVML did.</summary>
    public bool IsEndExclusive { get; init; }

    public LimeWriter Range(ulong start, byte[] bytes)
    {
        _file.U32(IsCompressed ? 0x4c4d5641u : 0x4c694d45u).U32(IsCompressed ? 2u : 1u).U64(start);
        _file.U64(start + (ulong)bytes.Length - (IsEndExclusive ? 0u : 1u)).U64(0);
        if (!IsCompressed)
        {
            _file.Bytes(bytes);
            return this;
        }

        long at = _file.Position;
        _file.Bytes([0xff, 6, 0, 0]).Bytes("sNaPpY"u8);
        for (int done = 0; done < bytes.Length; done += ChunkBytes)
        {
            WriteChunk(bytes.AsSpan(done, Math.Min(ChunkBytes, bytes.Length - done)));
        }

        _file.U64((ulong)(_file.Position - at));
        return this;
    }

    public byte[] ToArray() => _file.ToArray();

    /// <summary>Chunks that do not shrink are stored as they are.</summary>
    private void WriteChunk(ReadOnlySpan<byte> bytes)
    {
        byte[] snappy = Snappy.CompressToArray(bytes);
        ReadOnlySpan<byte> data = snappy.Length < bytes.Length ? snappy : bytes;
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        Span<byte> header = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)(data.Length + 4) << 8 | (snappy.Length < bytes.Length ? 0u : 1u));
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], unchecked(BitOperations.RotateRight(~crc, 15) + 0xa282ead8));
        _file.Bytes(header).Bytes(data);
    }
}
