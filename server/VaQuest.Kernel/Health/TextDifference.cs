// TextDifference: bytes of code in memory that are not those of the kernel's file.
using VaQuest.Binary;

namespace VaQuest.Kernel.Health;

/// <summary>A stretch of differing bytes that nothing the kernel does to its own code explains.</summary>
/// <param name="Address">Run-time address of the first.</param>
/// <param name="Expected">As in the file.</param>
/// <param name="Found">As in memory.</param>
public sealed record TextDifference(VirtAddr Address, IReadOnlyList<byte> Expected, IReadOnlyList<byte> Found)
{
    /// <summary>Bits that differ.</summary>
    public int Bits
    {
        get
        {
            int bits = 0;
            for (int i = 0; i < Expected.Count; i++)
            {
                bits += int.PopCount(Expected[i] ^ Found[i]);
            }

            return bits;
        }
    }
}
