// SadumpSet: finds the other disks of an sadump disk set.
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Sadump;

/// <summary>The files of a set lie in one folder; each has the set's GUID and its own number, from 1.</summary>
internal static class SadumpSet
{
    private const int HeadBytes = 64 << 10;
    private const int MaxDisks = 64;

    /// <summary>
    /// The used parts of the set's files in order, as one source: the first file whole, of the others what follows their partition header.
    /// </summary>
    public static DumpSource Join(DumpInput input, SadumpPartition first, int disks)
    {
        if (first.DiskNumber != 1)
        {
            throw new DumpFormatException(
                FormatError.Unsupported, $"this is disk {first.DiskNumber} of an sadump disk set; put all disks into one folder and open the first");
        }

        if (disks is < 1 or > MaxDisks)
        {
            throw new DumpFormatException(FormatError.BadValue, $"the sadump disk set claims {disks} disks");
        }

        var parts = new List<DumpSource> { new SourceRange(input.Source, 0, UsedOf(first, input.Source)) };
        bool isJoined = false;
        try
        {
            SortedDictionary<uint, string> others = disks > 1 ? FindOthers(input, first) : [];
            for (uint number = 2; number <= disks; number++)
            {
                if (!others.TryGetValue(number, out string? path))
                {
                    input.IsCut = true;
                    input.Warn($"disk {number} of {disks} of the sadump set is not in the folder; the memory on it and on later disks is missing");
                    break;
                }

                FileSource file = FileSource.Open(path);
                parts.Add(file);
                SadumpPartition header = ReadHeader(file) ?? first;
                parts[^1] = new SourceRange(file, header.BlockBytes, UsedOf(header, file));
            }

            foreach (SourceRange cut in parts.OfType<SourceRange>().Where(part => part.IsCut))
            {
                input.IsCut = true;
                input.Warn($"a disk of the sadump set ends before byte {cut.Length}, up to which it was used; the memory there is missing");
            }

            isJoined = true;
            return new JoinedSource(parts);
        }
        finally
        {
            if (!isJoined)
            {
                parts.Skip(1).ToList().ForEach(part => part.Dispose());
            }
        }
    }

    private static long UsedOf(SadumpPartition header, DumpSource file) =>
        header.UsedBytes is 0 or > long.MaxValue / 128 ? file.Length : (long)header.UsedBytes;

    private static SortedDictionary<uint, string> FindOthers(DumpInput input, SadumpPartition first)
    {
        var found = new SortedDictionary<uint, string>();
        string folder = Path.GetDirectoryName(Path.GetFullPath(input.Path)) ?? ".";
        foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Take(input.Limits.MaxFilesBeside))
        {
            if (TryReadHeader(path) is { } header && header.DiskSetLow == first.DiskSetLow && header.DiskSetHigh == first.DiskSetHigh && header.DiskNumber > 1
                && !found.TryAdd(header.DiskNumber, path))
            {
                input.Warn($"disk {header.DiskNumber} of the sadump set is in the folder twice; the first file by name is used");
            }
        }

        return found;
    }

    private static SadumpPartition? TryReadHeader(string path)
    {
        try
        {
            using FileSource file = FileSource.Open(path);
            return ReadHeader(file);
        }
        catch (DumpFormatException)
        {
            return null;
        }
    }

    private static SadumpPartition? ReadHeader(DumpSource file)
    {
        byte[] head = new byte[HeadBytes];
        int got = Math.Max(0, file.Read(0, head.AsSpan(0, 8)));
        return SadumpPartition.HasMark(head.AsSpan(0, got)) ? SadumpPartition.Read(head.AsSpan(0, Math.Max(0, file.Read(0, head)))) : null;
    }
}
