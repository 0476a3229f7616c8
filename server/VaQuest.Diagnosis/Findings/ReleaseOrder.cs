// ReleaseOrder: compares kernel releases by their numbers.
using System.Globalization;

namespace VaQuest.Diagnosis.Findings;

/// <summary>"6.1.0-57-cloud-amd64" is 6, 1, 0: what follows the numbers is a distribution's own and has no order.</summary>
internal static class ReleaseOrder
{
    /// <summary>Numbers of a release; more than the kernel ever had.</summary>
    private const int MaxNumbers = 4;

    /// <summary>Negative when the first is older, 0 when they are equal as far as both have numbers behind which only zeros come.</summary>
    public static int Compare(string left, string right)
    {
        int[] first = Numbers(left);
        int[] second = Numbers(right);
        for (int i = 0; i < MaxNumbers; i++)
        {
            if (first[i] != second[i])
            {
                return first[i].CompareTo(second[i]);
            }
        }

        return 0;
    }

    /// <summary>True for texts that begin with a number.</summary>
    public static bool IsRelease(string text) => text.Length > 0 && char.IsAsciiDigit(text[0]);

    private static int[] Numbers(string release)
    {
        var numbers = new int[MaxNumbers];
        int at = 0;
        for (int i = 0; i < MaxNumbers && at < release.Length; i++)
        {
            int end = at;
            while (end < release.Length && char.IsAsciiDigit(release[end]))
            {
                end++;
            }

            if (!int.TryParse(release.AsSpan(at, end - at), NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || end >= release.Length || release[end] != '.')
            {
                break;
            }

            at = end + 1;
        }

        return numbers;
    }
}
