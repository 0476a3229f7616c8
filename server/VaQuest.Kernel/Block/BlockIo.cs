// BlockIo: a bio: pages on their way to or from a disk.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Block;

/// <summary>A bio (struct bio).</summary>
/// <param name="Object">Its structure.</param>
/// <param name="EndIo">What it calls when it is done, or null.</param>
/// <param name="Private">What that function gets, or null.</param>
/// <param name="Waiter">The task that waits for it, where that is known from bi_private; else null.</param>
public sealed record BlockIo(ObjectView Object, VirtAddr? EndIo, VirtAddr? Private, VirtAddr? Waiter);
