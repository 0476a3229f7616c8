// TailCallNode: a function with its tail calls.
namespace VaQuest.Kernel.Unwind;

/// <summary>What is known of a function's tail calls.</summary>
/// <param name="Edges">Its tail calls.</param>
/// <param name="IsComplete">True when there are no others.</param>
internal sealed record TailCallNode(IReadOnlyList<TailCallEdge> Edges, bool IsComplete)
{
    /// <summary>A function that does not jump to others.</summary>
    public static readonly TailCallNode Leaf = new([], true);

    public static readonly TailCallNode Unknown = new([], false);
}
