// RecordedTask: one task of RecordedStacks.
namespace VaQuest.Kernel.Tests.Lab;

/// <summary>A task with its state letter and its stack's lines, innermost first.</summary>
internal sealed record RecordedTask(int Pid, string Comm, char State, IReadOnlyList<string> Frames);
