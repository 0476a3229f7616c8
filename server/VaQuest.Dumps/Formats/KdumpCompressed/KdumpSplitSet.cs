// KdumpSplitSet: finds the other files of a dump that makedumpfile --split wrote, beside the one that was opened.
using VaQuest.Binary;
using VaQuest.Dumps.Formats.Flattened;
using VaQuest.Dumps.Formats.KdumpCompressed.Wire;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.KdumpCompressed;

/// <summary>
/// The members of a split dump carry the same main header and each a range of pages. The rule for finding them: files of the same
/// folder, whatever their names, whose main header is the same byte for byte (but for the status, which tells of each file) and whose
/// ranges do not overlap. No name is taken from a dump.
/// </summary>
internal static class KdumpSplitSet
{
    /// <summary>A range as a sub header claims it, held against the bitmap.</summary>
    public static (ulong Start, ulong End) RangeOf(KdumpLayout layout)
    {
        KdumpSubHeader subHeader = layout.SubHeader;
        if (!subHeader.IsSplit)
        {
            return (0, layout.MaxMapnr);
        }

        if (subHeader.StartPfn > subHeader.EndPfn || subHeader.StartPfn > layout.MaxMapnr)
        {
            throw new DumpFormatException(
                FormatError.BadValue,
                $"the split member claims pages {subHeader.StartPfn} to {subHeader.EndPfn} of {layout.MaxMapnr}; its header is damaged");
        }

        return (subHeader.StartPfn, Math.Min(subHeader.EndPfn, layout.MaxMapnr));
    }

    /// <summary>All members that are here, the opened one included, in page order. The caller disposes their sources.</summary>
    public static List<KdumpMember> Find(DumpInput input, KdumpLayout layout)
    {
        (ulong start, ulong end) = RangeOf(layout);
        var own = new KdumpMember(Path.GetFileName(input.Path), input.Source, layout, start, end);
        var members = new List<KdumpMember> { own };
        try
        {
            foreach (string path in FilesBeside(input))
            {
                input.Cancellation.ThrowIfCancellationRequested();
                AddIfMember(input, members, own, path);
            }
        }
        catch
        {
            Dispose(members, own);
            throw;
        }

        members.Sort(static (left, right) => left.Start != right.Start ? left.Start.CompareTo(right.Start) : left.End.CompareTo(right.End));
        return members;
    }

    /// <summary>Other files of the folder, by name; a bounded number of them.</summary>
    private static List<string> FilesBeside(DumpInput input)
    {
        var files = new List<string>();
        try
        {
            string own = Path.GetFullPath(input.Path);
            foreach (string path in Directory.EnumerateFiles(Path.GetDirectoryName(own)!))
            {
                if (files.Count == input.Limits.MaxFilesBeside)
                {
                    input.Warn($"the folder of this split member has more than {files.Count} files; its other members may not have been found");
                    break;
                }

                if (!string.Equals(path, own, StringComparison.Ordinal))
                {
                    files.Add(path);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            input.Warn($"the folder of this split member could not be listed; its other members were not looked for");
        }

        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private static void AddIfMember(DumpInput input, List<KdumpMember> members, KdumpMember own, string path)
    {
        FileSource? file = null;
        bool isKept = false;
        try
        {
            // Pipes and devices have no length; opening them could wait for ever.
            if (new FileInfo(path).Length < KdumpHeader.Bytes)
            {
                return;
            }

            file = FileSource.Open(path);
            if (Unwrap(input, path, file) is not { } other || !IsSameDump(input.Head.Span, other.Head.Span, own.Layout.Header.Order))
            {
                return;
            }

            KdumpLayout layout = KdumpLayout.Read(other);
            if (!layout.SubHeader.IsSplit || layout.MaxMapnr != own.Layout.MaxMapnr)
            {
                return;
            }

            (ulong start, ulong end) = RangeOf(layout);
            var member = new KdumpMember(Path.GetFileName(path), other.Source, layout, start, end);
            if (members.Find(known => start < end && start < known.End && known.Start < end) is { } clash)
            {
                input.Warn($"{DumpText.CleanName(member.Name)} holds pages that {DumpText.CleanName(clash.Name)} holds too; it is left out");
                return;
            }

            members.Add(member);
            isKept = true;
            input.IsCut |= other.IsCut;
            other.Warnings.ForEach(warning => input.Warn($"{DumpText.CleanName(member.Name)}: {warning}"));
        }
        catch (Exception error) when (error is DumpFormatException or IOException or UnauthorizedAccessException)
        {
            // Whatever this file is, it is not a member that can be read; the pages it may have stay missing and are told as such.
        }
        finally
        {
            if (!isKept)
            {
                file?.Dispose();
            }
        }
    }

    /// <summary>The file as a dump, unwrapped when it is flattened; null when it begins like no dump of this kind.</summary>
    private static DumpInput? Unwrap(DumpInput input, string path, FileSource file)
    {
        Span<byte> mark = stackalloc byte[FlattenedFormat.Mark.Length];
        mark = mark[..file.ReadSome(0, mark, "the beginning of a file beside the dump")];
        if (!mark.StartsWith(KdumpHeader.Signature) && !mark.StartsWith(FlattenedFormat.Mark))
        {
            return null;
        }

        var plain = new DumpInput(path, file, input.Options, input.Cancellation);
        if (plain.BeginsWith(KdumpHeader.Signature))
        {
            return plain;
        }

        FlattenedSource rebuilt = FlattenedSource.Open(plain);
        return new DumpInput(path, rebuilt, input.Options, input.Cancellation) { IsWrapped = true, IsCut = plain.IsCut, Warnings = plain.Warnings };
    }

    private static bool IsSameDump(ReadOnlySpan<byte> own, ReadOnlySpan<byte> other, KdumpOrder order)
    {
        if (own.Length < KdumpHeader.Bytes || other.Length < KdumpHeader.Bytes)
        {
            return false;
        }

        int statusAt = KdumpHeader.StatusAt(order);
        return own[..statusAt].SequenceEqual(other[..statusAt])
            && own[(statusAt + 4)..KdumpHeader.Bytes].SequenceEqual(other[(statusAt + 4)..KdumpHeader.Bytes]);
    }

    private static void Dispose(List<KdumpMember> members, KdumpMember own)
    {
        foreach (KdumpMember member in members)
        {
            if (member != own)
            {
                member.Source.Dispose();
            }
        }
    }
}
