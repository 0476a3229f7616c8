// TailCallPaths: the functions that a call went through before it reached one that is on the stack.
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Variables;

namespace VaQuest.Diagnosis.Values;

/// <summary>
/// Searches the tail calls from one function to another. Only a path that is the only one is believed: every function on the way must describe
/// all of its tail calls, and none may go through a pointer.
/// </summary>
internal sealed class TailCallPaths(FrameContexts contexts)
{
    /// <summary>Tail calls in a row; three were seen.</summary>
    private const int MaxLength = 8;

    /// <summary>Functions looked at in all.</summary>
    private const int MaxFunctions = 64;

    private readonly List<(FramePlace Place, DwarfCallSite Site)> _path = [];
    private List<(FramePlace Place, DwarfCallSite Site)>? _found;
    private int _functions;
    private bool _isAmbiguous;

    /// <summary>The last call of the only path, or null.</summary>
    /// <param name="from">The function that was called.</param>
    /// <param name="to">The function that is on the stack.</param>
    /// <param name="first">The call of <paramref name="from"/>.</param>
    /// <param name="depth">Depth of the contexts.</param>
    public CallContext? Find(DwarfDie from, DwarfDie to, CallContext first, int depth)
    {
        Search(from, to);
        if (_isAmbiguous || _found is null)
        {
            return null;
        }

        CallContext call = first;
        foreach ((FramePlace place, DwarfCallSite site) in _found)
        {
            var function = new FrameContext(contexts, place, null, 0, call, depth);
            call = new CallContext(function, site, null, isDirect: false, contexts.Architecture);
        }

        return call;
    }

    private void Search(DwarfDie from, DwarfDie to)
    {
        if (_isAmbiguous || _path.Count >= MaxLength || ++_functions > MaxFunctions || contexts.FindDefinition(from) is not { } place
            || !DwarfCallSite.AreTailCallsComplete(place.Scopes.Function))
        {
            _isAmbiguous = true;
            return;
        }

        foreach (DwarfCallSite site in DwarfCallSite.ReadAll(place.Scopes.Function))
        {
            if (!site.IsTailCall)
            {
                continue;
            }

            if (site.Origin is not { } target)
            {
                _isAmbiguous = true;
                return;
            }

            _path.Add((place, site));
            if (FunctionIdentity.AreSame(target, to))
            {
                _isAmbiguous |= _found is not null;
                _found = [.. _path];
            }
            else if (_path.Any(step => FunctionIdentity.AreSame(target, step.Place.Scopes.Function)))
            {
                _isAmbiguous = true;
            }
            else
            {
                Search(target, to);
            }

            _path.RemoveAt(_path.Count - 1);
        }
    }
}
