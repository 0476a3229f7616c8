// ModuleSourceVersion: the checksum over its sources that a module's file carries.
using System.Text;
using VaQuest.Binary;
using VaQuest.Binary.Elf;

namespace VaQuest.Diagnosis.Images;

/// <summary>"srcversion=" of .modinfo (scripts/mod/sumversion.c): tells builds apart where modules have no build id.</summary>
internal static class ModuleSourceVersion
{
    /// <summary>Bytes of .modinfo that are read; parameters and aliases take a few KiB.</summary>
    private const int MaxInfo = 256 << 10;

    /// <summary>The source version, or null when the file has none or is damaged.</summary>
    public static string? Find(ElfImage elf)
    {
        try
        {
            if (elf.FindData(".modinfo") is not { Length: > 0 and <= MaxInfo } info)
            {
                return null;
            }

            const string key = "srcversion=";
            foreach (string entry in Encoding.ASCII.GetString(info.SpanFrom(0)).Split('\0'))
            {
                if (entry.StartsWith(key, StringComparison.Ordinal))
                {
                    return entry[key.Length..];
                }
            }
        }
        catch (DumpFormatException)
        {
            // A damaged file has no identity; who needs its contents tells.
        }

        return null;
    }
}
