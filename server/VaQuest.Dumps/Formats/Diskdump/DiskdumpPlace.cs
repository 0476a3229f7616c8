// DiskdumpPlace: where in a file a diskdump begins.
using VaQuest.Binary;
using VaQuest.Dumps.Formats.KdumpCompressed.Wire;

namespace VaQuest.Dumps.Formats.Diskdump;

/// <summary>The main header and its offset: 0 in files that savecore wrote, one block in images of a dump partition.</summary>
internal sealed record DiskdumpPlace(byte[] Head, long HeaderAt)
{
    public bool IsPartition => HeaderAt > 0;

    private static ReadOnlySpan<byte> Signature => "DISKDUMP"u8;

    /// <summary>Finds the header; null when the file is no diskdump. Throws when it is a dump partition without a dump.</summary>
    public static DiskdumpPlace? Find(DumpInput input)
    {
        if (input.BeginsWith(Signature))
        {
            return Read(input, 0);
        }

        if (!DiskdumpPartition.IsPartition(input.Head.Span))
        {
            return null;
        }

        Span<byte> mark = stackalloc byte[Signature.Length];
        for (int block = 4096; block <= input.Limits.MaxPageSize; block *= 2)
        {
            if (input.Source.ReadSome(block, mark, "the diskdump header") == mark.Length && mark.SequenceEqual(Signature))
            {
                return Read(input, block);
            }
        }

        throw new DumpFormatException(
            FormatError.NotRecognized, "this is a partition formatted for diskdump, but no dump was written to it: block 1 has no dump header");
    }

    private static DiskdumpPlace Read(DumpInput input, long at)
    {
        byte[] head = new byte[KdumpHeader.Bytes];
        input.Source.ReadFully(at, head, "the diskdump header");
        return new DiskdumpPlace(head, at);
    }
}
