// IpcContents: the System V objects of one IPC namespace.
namespace VaQuest.Kernel.Ipc;

/// <summary>Objects in the order of their ids, as far as they could be reached.</summary>
/// <param name="Shared">Shared memory.</param>
/// <param name="Semaphores">Sets of semaphores.</param>
/// <param name="Queues">Message queues.</param>
/// <param name="Problems">Where and why some are missing.</param>
public sealed record IpcContents(
    IReadOnlyList<SharedMemory> Shared, IReadOnlyList<SemaphoreSet> Semaphores, IReadOnlyList<MessageQueue> Queues, IReadOnlyList<string> Problems);
