// WalkResult: the entries of a list or tree, as far as they could be reached.
namespace VaQuest.Kernel.Values;

/// <summary>A walk.</summary>
/// <param name="Items">What was reached, in order.</param>
/// <param name="Damage">Where and why the walk stopped early, one sentence; null when it is whole.</param>
public sealed record WalkResult(IReadOnlyList<WalkItem> Items, string? Damage);
