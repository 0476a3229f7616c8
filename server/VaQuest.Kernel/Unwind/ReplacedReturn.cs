// ReplacedReturn: a return address that leads into a tracer's trampoline.
namespace VaQuest.Kernel.Unwind;

/// <summary>The trampoline, and where it will return to in the end.</summary>
/// <param name="Trampoline">Name of the trampoline.</param>
/// <param name="Original">The return address that it replaced; null when the tracer's notes of it are not there.</param>
internal sealed record ReplacedReturn(string Trampoline, ulong? Original);
