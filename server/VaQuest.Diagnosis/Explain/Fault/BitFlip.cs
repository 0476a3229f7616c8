// BitFlip: whether one flipped bit makes a bad pointer good.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>
/// Only the bits that make an address canonical are tried: flips of lower bits lead from one address of a full direct map to another, so that
/// they prove nothing. The flipped address must be mapped.
/// </summary>
internal static class BitFlip
{
    /// <summary>The conclusion, or null when no flip or more than one makes the pointer good.</summary>
    public static Conclusion? Find(FaultScene scene, ulong value)
    {
        if (PointerValue.IsCanonical(value, scene.HasFiveLevels))
        {
            return null;
        }

        int found = -1;
        for (int bit = 47; bit < 64; bit++)
        {
            ulong flipped = value ^ (1UL << bit);
            bool isGood = flipped >> 63 == 1 && PointerValue.IsCanonical(flipped, scene.HasFiveLevels) && scene.Kernel.Memory.Translate(new VirtAddr(flipped), out _) is not null;
            if (isGood && found >= 0)
            {
                return null;
            }

            found = isGood ? bit : found;
        }

        if (found < 0)
        {
            return null;
        }

        var good = new VirtAddr(value ^ (1UL << found));
        string what = scene.Objects.Find(good) is { } note ? $" in {note.Text}" : "";
        return new Conclusion(Certainty.Consistent, FormattableString.Invariant($"with bit {found} flipped back the pointer is {Words.Hex(good.Value)}, a mapped address{what}")) { Address = good };
    }
}
