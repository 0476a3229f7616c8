// TaintNames: the names and letters of the kernel's taint bits.
namespace VaQuest.Kernel.Facts;

/// <summary>Bits of tainted_mask and of module.taints (Documentation/admin-guide/tainted-kernels.rst), in bit order.</summary>
public static class TaintNames
{
    private static readonly (char Letter, string Name)[] s_flags =
    [
        ('P', "proprietary"), ('F', "forced-load"), ('S', "cpu-out-of-spec"), ('R', "forced-unload"), ('M', "machine-check"),
        ('B', "bad-page"), ('U', "user-request"), ('D', "died"), ('A', "acpi-table-overridden"), ('W', "warned"), ('C', "staging"),
        ('I', "firmware-workaround"), ('O', "out-of-tree"), ('E', "unsigned"), ('L', "soft-lockup"), ('K', "live-patched"),
        ('X', "auxiliary"), ('T', "randstruct"), ('N', "test"), ('J', "fwctl"),
    ];

    /// <summary>Names of the bits that are set; bits that are not known are named by number.</summary>
    public static IReadOnlyList<string> Names(ulong mask)
    {
        var names = new List<string>();
        for (int bit = 0; bit < 64; bit++)
        {
            if (((mask >> bit) & 1) != 0)
            {
                names.Add(bit < s_flags.Length ? s_flags[bit].Name : FormattableString.Invariant($"taint-{bit}"));
            }
        }

        return names;
    }

    /// <summary>The letters as in an oops line, without blanks: "OE"; empty when nothing is set.</summary>
    public static string Letters(ulong mask)
    {
        var letters = new List<char>();
        for (int bit = 0; bit < s_flags.Length; bit++)
        {
            if (((mask >> bit) & 1) != 0)
            {
                letters.Add(s_flags[bit].Letter);
            }
        }

        return new string([.. letters]);
    }
}
