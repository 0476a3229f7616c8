// DumpInput: what a format is given to open.
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats;

/// <summary>A file being opened: its bytes, its first bytes, what the caller chose, and what was found wrong so far.</summary>
internal sealed class DumpInput
{
    /// <summary>Bytes read at once for all probes: covers every main header, sub header and usual note.</summary>
    public const int HeadBytes = 16 << 10;

    public DumpInput(string path, DumpSource source, DumpOptions options, CancellationToken cancellation)
    {
        Path = path;
        Source = source;
        Options = options;
        Cancellation = cancellation;
        byte[] head = new byte[(int)Math.Min(HeadBytes, source.Length)];
        int count = source.ReadSome(0, head, "the beginning of the file");
        Head = head.AsMemory(0, count);
    }

    public string Path { get; }

    public DumpSource Source { get; }

    public DumpOptions Options { get; }

    public DumpLimits Limits => Options.Limits;

    public CancellationToken Cancellation { get; }

    /// <summary>The first bytes of the file, at most <see cref="HeadBytes"/>.</summary>
    public ReadOnlyMemory<byte> Head { get; }

    /// <summary>What is wrong with the file, one sentence each.</summary>
    public List<string> Warnings { get; init; } = [];

    /// <summary>Header facts for `vaquest info`, in the file's own terms.</summary>
    public List<KeyValuePair<string, string>> Details { get; init; } = [];

    /// <summary>Set when part of the file is known to be missing.</summary>
    public bool IsCut { get; set; }

    /// <summary>True for the content of a wrapper such as the flattened format; wrappers do not nest.</summary>
    public bool IsWrapped { get; init; }

    public void AddDetail(string name, string value) => Details.Add(new(name, value));

    public void AddDetail(string name, FormattableString value) => Details.Add(new(name, FormattableString.Invariant(value)));

    public void Warn(FormattableString sentence) => Warnings.Add(FormattableString.Invariant(sentence));

    public bool BeginsWith(ReadOnlySpan<byte> magic) => Head.Span.StartsWith(magic);
}
