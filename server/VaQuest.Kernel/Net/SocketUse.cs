// SocketUse: a process that has a socket open.
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.Net;

/// <summary>A use of a socket.</summary>
/// <param name="Task">The first thread found that has it.</param>
/// <param name="Descriptor">Under which number.</param>
public sealed record SocketUse(KernelTask Task, int Descriptor);
