// FlagNames: bit names of flag words.
using System.Globalization;

namespace VaQuest.Kernel.Tasks;

/// <summary>Turns a word into the names of its bits; bits without a name here stay a number, since they mean different things in different releases.</summary>
internal static class FlagNames
{
    public static IReadOnlyList<string> Of(ulong word, IReadOnlyList<(ulong Bit, string Name)> table)
    {
        var names = new List<string>();
        ulong rest = word;
        foreach ((ulong bit, string name) in table)
        {
            if ((rest & bit) == bit)
            {
                names.Add(name);
                rest &= ~bit;
            }
        }

        if (rest != 0)
        {
            names.Add("0x" + rest.ToString("x", CultureInfo.InvariantCulture));
        }

        return names;
    }
}
