// TailCallPaths: what a search for tail calls found.
namespace VaQuest.Kernel.Unwind;

/// <summary>The possible ways.</summary>
/// <param name="Paths">Each from the first jump to the last.</param>
/// <param name="IsComplete">False when there may be others.</param>
internal sealed record TailCallPaths(IReadOnlyList<TailCallEdge[]> Paths, bool IsComplete)
{
    public bool IsUnique => IsComplete && Paths.Count == 1;

    /// <summary>Jumps that all paths begin with; none when there may be other paths.</summary>
    public int CommonLength()
    {
        if (!IsComplete || Paths.Count == 0)
        {
            return 0;
        }

        int length = 0;
        while (Paths.All(path => length < path.Length && path[length] == Paths[0][length]))
        {
            length++;
        }

        return length;
    }
}
