// WaitHolder: who a waiting task waits for.
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>A task that holds what another waits for.</summary>
/// <param name="Task">The task.</param>
/// <param name="IsCertain">True when the kernel recorded it; false when it is only consistent with what is known.</param>
/// <param name="How">How that is known, half a sentence.</param>
public sealed record WaitHolder(KernelTask Task, bool IsCertain, string How);
