// FlattenedFormat: makedumpfile's flattened wrapper (makedumpfile -F, QEMU's kdump formats): unwraps and probes again.
using System.Buffers.Binary;
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.Flattened;

/// <summary>Recognises the wrapper, indexes its records, and opens what it carries.</summary>
internal sealed class FlattenedFormat : IDumpFormat
{
    private const int SupportedType = 1;
    private const int SupportedVersion = 1;

    /// <summary>The first bytes of a flattened file.</summary>
    public static ReadOnlySpan<byte> Mark => "makedumpfile\0\0\0\0"u8;

    public Vmcore? TryOpen(DumpInput input)
    {
        if (!input.BeginsWith(Mark))
        {
            return null;
        }

        if (input.IsWrapped)
        {
            throw new DumpFormatException(FormatError.Unsupported, "the flattened dump carries another flattened dump; unwrap it with makedumpfile -R");
        }

        ReadOnlySpan<byte> head = input.Head.Span;
        if (head.Length < 32)
        {
            throw new DumpFormatException(FormatError.Truncated, $"the file of {head.Length} bytes ends inside the flattened header");
        }

        long type = BinaryPrimitives.ReadInt64BigEndian(head[16..]);
        long version = BinaryPrimitives.ReadInt64BigEndian(head[24..]);
        if (type != SupportedType || version != SupportedVersion)
        {
            throw new DumpFormatException(
                FormatError.Unsupported, $"the flattened header has type {type} and version {version}; only type 1, version 1 is known");
        }

        FlattenedSource source = FlattenedSource.Open(input);
        input.AddDetail("Wrapper", $"makedumpfile flattened, {source.RecordCount} records");
        if (source.Length == 0)
        {
            throw new DumpFormatException(FormatError.Truncated, "the flattened dump has no complete record; nothing can be read");
        }

        var inner = new DumpInput(input.Path, source, input.Options, input.Cancellation)
        {
            IsWrapped = true,
            IsCut = input.IsCut,
            Warnings = input.Warnings,
            Details = input.Details,
        };
        return OpenInner(inner);
    }

    private static Vmcore OpenInner(DumpInput inner)
    {
        try
        {
            return DumpFormats.Open(inner);
        }
        catch (DumpFormatException error)
        {
            throw error.Within("inside the flattened dump");
        }
    }
}
