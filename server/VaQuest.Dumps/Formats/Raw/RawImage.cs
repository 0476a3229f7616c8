// RawImage: memory images without any header, at addresses that the user gives.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Dumps.Formats.Elf;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Raw;

/// <summary>
/// Opens FILE@ADDRESS[,FILE@ADDRESS…], addresses in hexadecimal, as crash names its RAM dumps. QEMU's pmemsave, dd of /dev/mem, LiME's padded
/// format and memory copied by firmware are such images.
/// </summary>
internal static class RawImage
{
    private const int PageSize = 4096;
    private const int MaxFiles = 256;

    /// <summary>The files and addresses that a path names, or null when it is an ordinary path.</summary>
    public static IReadOnlyList<RawPart>? Parse(string path)
    {
        if (!path.Contains('@', StringComparison.Ordinal) || File.Exists(path))
        {
            return null;
        }

        var parts = new List<RawPart>();
        string? folder = null;
        foreach (string text in path.Split(','))
        {
            int at = text.LastIndexOf('@');
            string digits = at < 0 ? "" : text[(at + 1)..];
            digits = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? digits[2..] : digits;
            if (at <= 0 || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong address))
            {
                return null;
            }

            // Only the first name of a list is made absolute by callers: the others lie in the same folder.
            string file = Path.Combine(folder ?? "", text[..at]);
            folder ??= Path.GetDirectoryName(file);
            parts.Add(new RawPart(file, address));
        }

        return parts.Count <= MaxFiles ? parts : null;
    }

    /// <summary>Opens the files. Throws <see cref="DumpFormatException"/>.</summary>
    public static Vmcore Open(string path, IReadOnlyList<RawPart> parts, DumpOptions options, CancellationToken cancellation)
    {
        var sources = new List<DumpSource>();
        bool isOpen = false;
        try
        {
            foreach (RawPart part in parts)
            {
                sources.Add(FileSource.Open(part.Path));
            }

            var joined = new JoinedSource(sources);
            Vmcore vmcore = Build(new DumpInput(path, joined, options, cancellation), joined, parts, sources);
            isOpen = true;
            return vmcore;
        }
        finally
        {
            if (!isOpen)
            {
                sources.ForEach(source => source.Dispose());
            }
        }
    }

    private static Vmcore Build(DumpInput input, JoinedSource joined, IReadOnlyList<RawPart> parts, List<DumpSource> sources)
    {
        var pieces = new List<StoredPiece>();
        for (int i = 0; i < parts.Count; i++)
        {
            ulong start = parts[i].Address;
            ulong length = Math.Min((ulong)sources[i].Length, ulong.MaxValue - start);
            pieces.Add(new StoredPiece(start, start + length, joined.StartOf(i), i, PieceKind.Present));
            input.AddDetail("File", $"{DumpText.Clean(System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(parts[i].Path)))} at 0x{start:x}");
        }

        PieceIndex index = PieceIndex.Build(pieces);
        if (index.Count == 0)
        {
            throw new DumpFormatException(FormatError.Truncated, "the memory image is empty; nothing can be read");
        }

        var memory = new ElfMemory(joined, index, PageSize, input.Options.PageCacheBytes);
        return RawVmcore.Build(input, "raw", memory, memory, []);
    }
}
