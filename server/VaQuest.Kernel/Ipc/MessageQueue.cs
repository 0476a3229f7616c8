// MessageQueue: a System V message queue.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Ipc;

/// <summary>A struct msg_queue (ipc/msg.c).</summary>
public sealed record MessageQueue : IpcObject
{
    public required MemberValue Messages { get; init; }

    /// <summary>Bytes in the messages.</summary>
    public required MemberValue Bytes { get; init; }

    /// <summary>Bytes that fit.</summary>
    public required MemberValue MaxBytes { get; init; }

    public required MemberValue LastSendPid { get; init; }

    public required MemberValue LastReceivePid { get; init; }
}
