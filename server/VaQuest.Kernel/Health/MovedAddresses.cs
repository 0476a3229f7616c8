// MovedAddresses: the bytes of code that differ from the linked file because the image was moved.
using System.Buffers.Binary;

namespace VaQuest.Kernel.Health;

/// <summary>A relocatable kernel adds its slide to the addresses in its own text, and takes it from those relative to per-CPU variables.</summary>
public static class MovedAddresses
{
    /// <summary>Clears the marks of bytes that are part of an address of 4 or 8 bytes that differs by exactly the slide.</summary>
    /// <param name="differs">A mark for each byte that differs.</param>
    /// <param name="expected">The linked bytes, as many.</param>
    /// <param name="found">The bytes in memory, as many.</param>
    /// <param name="slide">Run-time minus link-time address.</param>
    public static void Clear(Span<bool> differs, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found, ulong slide)
    {
        for (int i = 0; i + 4 <= differs.Length; i++)
        {
            uint change = unchecked(BinaryPrimitives.ReadUInt32LittleEndian(found[i..]) - BinaryPrimitives.ReadUInt32LittleEndian(expected[i..]));
            bool isMoved = change != 0 && (change == unchecked((uint)slide) || change == unchecked((uint)(0 - slide)));
            bool isMovedWide = i + 8 <= differs.Length && slide != 0
                && unchecked(BinaryPrimitives.ReadUInt64LittleEndian(found[i..]) - BinaryPrimitives.ReadUInt64LittleEndian(expected[i..])) == slide;
            if (isMoved || isMovedWide)
            {
                differs.Slice(i, isMovedWide ? 8 : 4).Clear();
            }
        }
    }
}
