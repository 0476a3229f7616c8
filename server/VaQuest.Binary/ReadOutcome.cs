// ReadOutcome: the result of a memory read, with the place where it stopped.
namespace VaQuest.Binary;

/// <summary>
/// What a memory read gave. When <see cref="Status"/> is not <see cref="ReadStatus.Ok"/>, the first <see cref="BytesRead"/> bytes of
/// the destination are valid and the rest are cleared; <see cref="FaultAddress"/> is the first address that could not be read, in the
/// address space of the read (physical or virtual).
/// </summary>
public readonly record struct ReadOutcome(ReadStatus Status, int BytesRead, ulong FaultAddress)
{
    public bool IsOk => Status == ReadStatus.Ok;

    public static ReadOutcome Success(int bytesRead) => new(ReadStatus.Ok, bytesRead, 0);

    /// <summary>The reason in the words shown to users, without the address.</summary>
    public static string Describe(ReadStatus status) => status switch
    {
        ReadStatus.Ok => "read",
        ReadStatus.NotInDump => "not in the dump",
        ReadStatus.Excluded => "page excluded from the dump",
        ReadStatus.Unmapped => "address not mapped",
        ReadStatus.Corrupt => "page damaged in the dump",
        ReadStatus.Truncated => "page missing: the dump is truncated",
        ReadStatus.InAnotherFile => "page in another file of the split dump, which is not here",
        ReadStatus.Unsupported => "stored in a way that is not supported",
        _ => "the dump file could not be read",
    };

    public override string ToString() =>
        IsOk ? "read" : FormattableString.Invariant($"{Describe(Status)} at 0x{FaultAddress:x}");
}
