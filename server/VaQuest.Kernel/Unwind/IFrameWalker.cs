// IFrameWalker: from registers to physical frames, one implementation per architecture.
using VaQuest.Binary;

namespace VaQuest.Kernel.Unwind;

/// <summary>Walks kernel stacks. Safe for concurrent callers; never throws on data.</summary>
internal interface IFrameWalker
{
    /// <summary>Walks from a CPU's registers, as the note has them.</summary>
    /// <param name="registers">Raw register set in the architecture's note order.</param>
    /// <param name="stacks">Stacks that the walk may stand on.</param>
    FrameWalk WalkRegisters(ReadOnlyMemory<byte> registers, StackMap stacks);

    /// <summary>Walks from where a task left the CPU (its saved stack pointer).</summary>
    /// <param name="task">Address of its task_struct.</param>
    /// <param name="stacks">Stacks that the walk may stand on.</param>
    FrameWalk WalkSwitchedOut(VirtAddr task, StackMap stacks);

    /// <summary>The stacks of a task and, when it is on a CPU, of that CPU.</summary>
    StackMap FindStacks(VirtAddr? taskStack, int? cpu);

    /// <summary>The call instruction that ends at a return address. Architectures that cannot tell say Unknown.</summary>
    CallTarget FindCall(VirtAddr returnAddress) => CallTarget.Unknown;

    /// <summary>The jump instruction that ends at an address, which stands for a call.</summary>
    CallTarget FindJump(VirtAddr end) => CallTarget.Unknown;

    /// <summary>
    /// The function that a dispatcher of system calls jumped to, by the number that the entry saved; null when the function is no dispatcher.
    /// </summary>
    /// <param name="dispatcher">Name of the function that was called.</param>
    /// <param name="entered">The registers that the system call's entry saved.</param>
    VirtAddr? FindSystemCall(string dispatcher, IReadOnlyList<KeyValuePair<string, ulong>> entered) => null;
}
