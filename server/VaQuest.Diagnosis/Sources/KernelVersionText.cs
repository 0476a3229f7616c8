// KernelVersionText: the upstream version of a kernel, from the texts that tell it.
using System.Globalization;

namespace VaQuest.Diagnosis.Sources;

/// <summary>
/// Finds which upstream version a kernel was built from. A distribution's release may hide it: Debian's 6.1.0-49-amd64 is Linux 6.1.174,
/// which only the build's directory and the version line say.
/// </summary>
internal static class KernelVersionText
{
    /// <summary>The version, from the most telling text to the least; null when none tells.</summary>
    /// <param name="compilationDirectory">DW_AT_comp_dir, as /build/linux-6.1.174.</param>
    /// <param name="versionLine">utsname.version, as "#1 SMP Debian 6.1.174-1 (2026-01-02)".</param>
    /// <param name="release">utsname.release.</param>
    public static Version? Find(string compilationDirectory, string? versionLine, string? release)
    {
        int name = compilationDirectory.LastIndexOf("linux-", StringComparison.Ordinal);
        Version? found = name >= 0 ? Parse(compilationDirectory.AsSpan(name + 6)) : null;
        int debian = versionLine?.IndexOf("Debian ", StringComparison.Ordinal) ?? -1;
        found ??= debian >= 0 ? Parse(versionLine.AsSpan(debian + 7)) : null;
        return found ?? Parse(release);
    }

    // The leading "6.1" or "6.1.174" of a text.
    private static Version? Parse(ReadOnlySpan<char> text)
    {
        Span<int> numbers = [0, 0, 0];
        int count = 0;
        while (count < 3 && text.Length > 0)
        {
            int digits = 0;
            while (digits < text.Length && digits < 6 && char.IsAsciiDigit(text[digits]))
            {
                digits++;
            }

            if (digits == 0)
            {
                break;
            }

            numbers[count++] = int.Parse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            text = digits < text.Length && text[digits] == '.' ? text[(digits + 1)..] : [];
        }

        return count < 2 ? null : new Version(numbers[0], numbers[1], numbers[2]);
    }
}
