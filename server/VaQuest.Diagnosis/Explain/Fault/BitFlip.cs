// BitFlip: whether one flipped bit makes a bad pointer good.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>
/// A bad pointer whose only mapped neighbour at a distance of one bit is an address that fits. Flips of the bits that make an address canonical need
/// no more; others lead from one mapped address to the next by chance, so that they count only where an allocated object of a fitting size begins there.
/// </summary>
internal static class BitFlip
{
    /// <summary>Lower bits are offsets in objects and pages.</summary>
    private const int FirstBit = 5;

    /// <summary>The first bit that may make an address not canonical.</summary>
    private const int FirstHighBit = 47;

    /// <summary>Bytes of the panic stack that are looked through for the good pointer.</summary>
    private const int StackBytes = 4096;

    /// <summary>Words of an object that are followed, and looked at in what they point to.</summary>
    private const int ObjectWords = 16;

    /// <summary>The conclusions, the first of them the flip itself; empty when no flip or more than one makes the pointer good.</summary>
    /// <param name="scene">The crash.</param>
    /// <param name="value">The pointer.</param>
    /// <param name="pointee">What it should point to, or null when that is not known.</param>
    public static IReadOnlyList<Conclusion> Find(FaultScene scene, ulong value, CType? pointee)
    {
        bool isCanonical = PointerValue.IsCanonical(value, scene.HasFiveLevels);
        if (IsMapped(scene, value))
        {
            return [];
        }

        int found = -1;
        for (int bit = isCanonical ? FirstBit : FirstHighBit; bit < 64; bit++)
        {
            ulong flipped = value ^ (1UL << bit);
            bool isGood = flipped >> 63 == 1 && PointerValue.IsCanonical(flipped, scene.HasFiveLevels) && IsMapped(scene, flipped);
            if (isGood && found >= 0)
            {
                return [];
            }

            found = isGood ? bit : found;
        }

        if (found < 0)
        {
            return [];
        }

        var good = new VirtAddr(value ^ (1UL << found));
        ObjectNote? note = scene.Objects.Find(good);
        bool fits = note is { Start: { } start, Kind: "slab", IsFree: not true } && start == good && SizeFits(scene, pointee, note.Size);
        if (isCanonical && !fits)
        {
            return [];
        }

        string what = note is null ? "" : fits && pointee is not null ? $", the start of {note.Text}, whose size fits" : fits ? $", the start of {note.Text}" : $" in {note.Text}";
        var conclusions = new List<Conclusion>
        {
            new(Certainty.Consistent, FormattableString.Invariant($"with bit {found} flipped back the pointer is {Words.Hex(good.Value)}, the only mapped address at a distance of one bit{what}")) { Address = good },
        };
        AddCopies(scene, good, conclusions);
        return conclusions;
    }

    private static bool IsMapped(FaultScene scene, ulong address) => scene.Kernel.Memory.Translate(new VirtAddr(address), out _) is not null;

    // kmalloc() gives at most the next power of two, or three quarters of it.
    private static bool SizeFits(FaultScene scene, CType? pointee, ulong size) =>
        pointee is null || scene.Values.Kernel.SizeOf(scene.Values.Kernel.Resolve(pointee)) is not ({ } needed and > 0) || ((ulong)needed <= size && (ulong)needed * 2 > size);

    // Who else still holds the good pointer: a register, the stack, or an object that the good one points to.
    private static void AddCopies(FaultScene scene, VirtAddr good, List<Conclusion> conclusions)
    {
        foreach ((string name, ulong held) in scene.ExceptionFrame?.Registers ?? [])
        {
            if (held == good.Value)
            {
                conclusions.Add(new Conclusion(Certainty.Consistent, $"register {name} still holds {Words.Hex(good.Value)}"));
                return;
            }
        }

        if (scene.ExceptionFrame is { Sp: { } sp } && FindWord(scene, sp, StackBytes / 8, good.Value) is { } onStack)
        {
            conclusions.Add(new Conclusion(Certainty.Consistent, $"the stack still holds {Words.Hex(good.Value)}, at {Words.Hex(onStack.Value)}") { Address = onStack });
            return;
        }

        for (int i = 0; i < ObjectWords; i++)
        {
            if (scene.WordAt(good.Value + (ulong)(i * 8)) is { } next and > 0xff00_0000_0000_0000 && next != good.Value && scene.Objects.Find(new VirtAddr(next)) is { Kind: "slab", IsFree: not true } other
                && other.Start?.Value == next && FindWord(scene, new VirtAddr(next), ObjectWords, good.Value) is { } back && back.Value - next < other.Size)
            {
                conclusions.Add(new Conclusion(
                    Certainty.Consistent, FormattableString.Invariant($"the object at {Words.Hex(good.Value)} points to {other.Text} at {Words.Hex(next)}, which points back to it, at {Words.Hex(back.Value)}")) { Address = back });
                return;
            }
        }
    }

    private static VirtAddr? FindWord(FaultScene scene, VirtAddr start, int words, ulong wanted)
    {
        for (int i = 0; i < words && scene.WordAt(start.Value + (ulong)(i * 8)) is { } word; i++)
        {
            if (word == wanted)
            {
                return start + (ulong)(i * 8);
            }
        }

        return null;
    }
}
