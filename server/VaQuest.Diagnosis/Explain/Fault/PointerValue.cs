// PointerValue: recognises what a bad pointer's value is.
using System.Globalization;
using System.Text;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>A value that was used as a pointer, with its class.</summary>
/// <param name="Class">What it looks like.</param>
/// <param name="Text">A few words: "NULL", "LIST_POISON1", "the error -ENOMEM".</param>
internal sealed record PointerValue(PointerClass Class, string Text)
{
    private const ulong FirstPage = 4096;

    /// <summary>CONFIG_ILLEGAL_POINTER_VALUE of x86-64.</summary>
    private const ulong PoisonDelta = 0xdead_0000_0000_0000;

    /// <summary>Offsets that members may add to a pattern.</summary>
    private const ulong NearPattern = 4096;

    /// <summary>include/linux/poison.h: patterns that fill whole words.</summary>
    private static readonly (byte Pattern, string Name, string Meaning)[] s_fills =
    [
        (0x6b, "POISON_FREE", "the pattern of freed slab objects"),
        (0xa5, "POISON_END", "the last byte of freed slab objects"),
        (0x5a, "POISON_INUSE", "the pattern of slab objects that nothing was written to"),
        (0xaa, "PAGE_POISON", "the pattern of freed pages"),
        (0xbb, "SLUB_RED_INACTIVE", "the red zone of free slab objects"),
        (0xcc, "POISON_FREE_INITMEM", "the pattern of freed init memory"),
    ];

    /// <summary>The pattern of a poison that fills words, or null.</summary>
    public byte? Fill { get; init; }

    /// <param name="value">The value.</param>
    /// <param name="hasFiveLevels">True when the kernel uses 57-bit addresses.</param>
    public static PointerValue Of(ulong value, bool hasFiveLevels)
    {
        if (value < FirstPage)
        {
            return value == 0 ? new PointerValue(PointerClass.Null, "NULL") : new PointerValue(PointerClass.Small, "the small number " + Number(value));
        }

        if (value > unchecked((ulong)-(ErrnoNames.Largest + 1)))
        {
            int error = unchecked((int)-(long)value);
            return new PointerValue(PointerClass.Error, "the error pointer -" + (ErrnoNames.Find(error) ?? error.ToString(CultureInfo.InvariantCulture)));
        }

        return OfPoison(value) ?? OfText(value) ?? OfPlace(value, hasFiveLevels);
    }

    /// <summary>True for addresses that the CPU can translate at all.</summary>
    public static bool IsCanonical(ulong value, bool hasFiveLevels)
    {
        int unused = hasFiveLevels ? 7 : 16;
        return unchecked((ulong)((long)(value << unused) >> unused)) == value;
    }

    private static PointerValue? OfPoison(ulong value)
    {
        ulong above = unchecked(value - PoisonDelta);
        string? list = above switch
        {
            0x100 => "LIST_POISON1 (the next pointer of a removed list entry)",
            0x122 or 0x200 => "LIST_POISON2 (the prev pointer of a removed list entry)",
            0x300 => "TIMER_ENTRY_STATIC",
            _ => null,
        };
        if (list is not null)
        {
            return new PointerValue(PointerClass.Poison, list);
        }

        foreach ((byte pattern, string name, string meaning) in s_fills)
        {
            ulong fill = pattern * 0x0101_0101_0101_0101UL;
            if (unchecked(value - fill) < NearPattern || unchecked(fill - value) < NearPattern)
            {
                return new PointerValue(PointerClass.Poison, $"{name} ({meaning})") { Fill = pattern };
            }
        }

        return above < NearPattern ? new PointerValue(PointerClass.Poison, "the poison delta 0xdead000000000000 plus " + Number(above)) : null;
    }

    private static PointerValue? OfText(ulong value)
    {
        byte[] bytes = BitConverter.GetBytes(value);
        bool isText = Array.TrueForAll(bytes, b => b is >= 0x20 and < 0x7f);
        return isText ? new PointerValue(PointerClass.Text, $"the text \"{Encoding.ASCII.GetString(bytes)}\"") : null;
    }

    private static PointerValue OfPlace(ulong value, bool hasFiveLevels)
    {
        if (!IsCanonical(value, hasFiveLevels))
        {
            return new PointerValue(PointerClass.NonCanonical, "not a canonical address");
        }

        return value >> 63 == 0 ? new PointerValue(PointerClass.User, "an address of user space") : new PointerValue(PointerClass.Kernel, "an address of the kernel");
    }

    private static string Number(ulong value) => value < 10 ? value.ToString(CultureInfo.InvariantCulture) : "0x" + value.ToString("x", CultureInfo.InvariantCulture);
}
