// TailCallSearch: the ways by which tail calls lead from one function to another.
namespace VaQuest.Kernel.Unwind;

/// <summary>
/// Follows tail calls from the function that was called to the one whose frame was found in its place. Bounded in depth, functions and paths: what is
/// cut off makes the answer incomplete, never wrong.
/// </summary>
/// <param name="nodeOf">The tail calls of the function that starts at an address.</param>
internal sealed class TailCallSearch(Func<ulong, TailCallNode> nodeOf)
{
    /// <summary>Longer chains have not been seen.</summary>
    public const int MaxDepth = 12;

    /// <summary>Each may cost the decoding of a unit: this keeps one gap below a tenth of a second.</summary>
    public const int MaxFunctions = 64;

    /// <summary>More than one is too many already; some are listed.</summary>
    public const int MaxPaths = 8;

    private readonly List<TailCallEdge> _path = [];
    private readonly List<TailCallEdge[]> _found = [];
    private int _functions;
    private bool _isComplete = true;
    private ulong[] _to = [];

    /// <summary>Searches; each instance once.</summary>
    /// <param name="from">Start of the function that was called.</param>
    /// <param name="to">Where the function may start whose frame was found: more than one for a function in several parts.</param>
    /// <returns>Paths, each from the first jump to the last, whose target is in <paramref name="to"/>, or null when it goes through a pointer.</returns>
    public TailCallPaths Find(ulong from, params ulong[] to)
    {
        _to = to;
        Visit(from);
        return new TailCallPaths(_found, _isComplete);
    }

    private void Visit(ulong function)
    {
        if (_path.Count >= MaxDepth || ++_functions > MaxFunctions || _found.Count >= MaxPaths)
        {
            _isComplete = false;
            return;
        }

        TailCallNode node = nodeOf(function);
        _isComplete &= node.IsComplete;
        foreach (TailCallEdge edge in node.Edges)
        {
            _path.Add(edge);
            Follow(edge);
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void Follow(TailCallEdge edge)
    {
        if (edge.Target is not { } target || Array.IndexOf(_to, target) >= 0)
        {
            if (_found.Count < MaxPaths)
            {
                _found.Add([.. _path]);
            }
            else
            {
                _isComplete = false;
            }
        }
        else if (_path.Exists(step => step.Function == target))
        {
            // Round and round: how often cannot be told.
            _isComplete = false;
        }
        else
        {
            Visit(target);
        }
    }
}
