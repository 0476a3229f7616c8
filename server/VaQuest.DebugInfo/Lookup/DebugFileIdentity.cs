// DebugFileIdentity: what a debug file must be to belong to the dump.
using System.Text;
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Dwarf;

namespace VaQuest.DebugInfo.Lookup;

/// <summary>The identity that the dump gives, and the check of a file against it.</summary>
internal sealed record DebugFileIdentity(string What, string? BuildId, string? Release)
{
    // "Linux version " and a release of up to 64 characters, with room for what follows.
    private const int BannerLength = 128;

    public static DebugFileIdentity Of(string what, string? buildId, string? release) => new(what, buildId, release);

    /// <summary>Accepts the file or throws <see cref="DumpFormatException"/> with the reason for refusing it.</summary>
    /// <param name="isNamed">True when the user named this very file.</param>
    public DebugFile Check(ElfImage elf, string path, bool isNamed)
    {
        string? found = elf.BuildId;
        if (BuildId is not null && found != BuildId)
        {
            string has = found is null ? "no build id" : "build id " + found;
            throw new DumpFormatException(FormatError.Mismatch,
                $"{path} has {has}, the dump's {What} has {BuildId}: refused; give the debug files of exactly that build");
        }

        if (!DwarfImage.IsPresent(elf))
        {
            throw new DumpFormatException(FormatError.NotRecognized,
                $"{path} has no DWARF debug information: refused; install the debug package that belongs to it");
        }

        return new DebugFile(path, elf, found, BuildId is not null ? "its build id matches" : CheckRelease(elf, path, isNamed));
    }

    /// <summary>What was looked for and where, as a sentence.</summary>
    public string Describe(DebugFileOptions options)
    {
        var text = new StringBuilder("debug information of the ").Append(What);
        if (BuildId is not null)
        {
            text.Append(" with build id ").Append(BuildId);
        }

        if (Release is not null)
        {
            text.Append(", release ").Append(Release);
        }

        text.Append(", was looked for in ");
        var places = new List<string>(options.Directories);
        if (options.SystemRoot is { } root)
        {
            places.Add(Path.Join(root, "usr/lib/debug"));
            places.Add(Path.Join(root, "lib/modules"));
            places.Add(Path.Join(root, "boot"));
        }

        return text.AppendJoin(", ", places).ToString();
    }

    private string CheckRelease(ElfImage elf, string path, bool isNamed)
    {
        string? release = ReadRelease(elf);
        if (Release is not null && release == Release)
        {
            return "the dump has no build id to compare; its release matches";
        }

        if (Release is not null && release is not null)
        {
            throw new DumpFormatException(FormatError.Mismatch,
                $"{path} is of release {release}, the dump's {What} of {Release}: refused; give the debug files of that release");
        }

        return isNamed
            ? "it was named by the user; the dump has neither a build id nor a release to compare it with"
            : throw new DumpFormatException(FormatError.Mismatch,
                $"{path} cannot be checked, because the dump's {What} has no build id: refused; name the file yourself if it is the right one");
    }

    // vmlinux says it in its banner, a module in its .modinfo.
    private static string? ReadRelease(ElfImage elf)
    {
        ReadOnlySpan<byte> banner = ReadBanner(elf);
        ReadOnlySpan<byte> prefix = "Linux version "u8;
        if (!banner.StartsWith(prefix))
        {
            prefix = "vermagic="u8;
            ByteRegion info = elf.FindData(".modinfo") ?? default;
            banner = info.SpanFrom(0);
            int at = banner.IndexOf(prefix);
            if (at < 0)
            {
                return null;
            }

            banner = banner[at..];
        }

        banner = banner[prefix.Length..];
        int end = banner.IndexOfAny((byte)' ', (byte)0);
        return end < 0 ? null : Encoding.UTF8.GetString(banner[..end]);
    }

    private static ReadOnlySpan<byte> ReadBanner(ElfImage elf)
    {
        if (elf.Symbols.FindByName("linux_banner") is not { } symbol || symbol.SectionIndex >= (uint)elf.Sections.Count)
        {
            return default;
        }

        ElfSection section = elf.Sections[(int)symbol.SectionIndex];
        ByteRegion data = elf.GetData(section);
        ulong offset = unchecked(symbol.Value - section.Address);
        return offset >= (ulong)data.Length ? default : data.Span((long)offset, (int)Math.Min(BannerLength, data.Length - (long)offset));
    }
}
