// RunQueue: a CPU's run queue.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Cpus;

/// <summary>A run queue (struct rq of kernel/sched/sched.h).</summary>
/// <param name="Cpu">The CPU's number.</param>
/// <param name="Object">Its structure.</param>
/// <param name="Tasks">Tasks in it: dl, rt, cfs, each in the order in which they would run; the running one is among them unless it is idle.</param>
/// <param name="Notes">What could not be read, one sentence each.</param>
public sealed record RunQueue(int Cpu, ObjectView Object, IReadOnlyList<QueuedTask> Tasks, IReadOnlyList<string> Notes);
