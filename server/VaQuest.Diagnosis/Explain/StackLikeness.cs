// StackLikeness: stacks that are the same but for addresses, and groups of them.
using System.Text;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain;

/// <summary>
/// Two stacks are alike when their physical functions are the same, named as in <see cref="CrashSignature"/>: without offsets, addresses, and
/// what the compiler adds to names. Inlined and tail-called functions do not count, because they depend on debug information, nor do
/// frames that were only found by scanning.
/// </summary>
public static class StackLikeness
{
    /// <summary>The functions that count, innermost first: "module:name", or "name" in the kernel image.</summary>
    public static IReadOnlyList<string> FunctionsOf(StackTrace stack)
    {
        var names = new List<string>();
        foreach (StackFrame frame in stack.Frames)
        {
            if (frame.Kind == FrameKind.User)
            {
                break;
            }

            if (NameOf(frame) is { } name && frame.Proof != FrameProof.Scan)
            {
                names.Add(name);
            }
        }

        return names;
    }

    /// <summary>Groups of like stacks, the largest first; in a group the stacks keep their order. A stack with a crash stays alone.</summary>
    public static IReadOnlyList<StackGroup> Group(IEnumerable<StackTrace> stacks)
    {
        var groups = new Dictionary<string, (IReadOnlyList<string> Functions, List<StackTrace> Stacks)>(StringComparer.Ordinal);
        foreach (StackTrace stack in stacks)
        {
            IReadOnlyList<string> functions = FunctionsOf(stack);
            string key = (stack.IsPanicStack ? "panic\n" : "") + string.Join('\n', functions);
            if (!groups.TryGetValue(key, out (IReadOnlyList<string> Functions, List<StackTrace> Stacks) group))
            {
                groups[key] = group = (functions, []);
            }

            group.Stacks.Add(stack);
        }

        return
        [
            .. groups.Values.Select(group => new StackGroup(group.Functions, group.Stacks))
                .OrderByDescending(group => group.Stacks[0].IsPanicStack)
                .ThenByDescending(group => group.Stacks.Count)
                .ThenBy(group => string.Join('\n', group.Functions), StringComparer.Ordinal),
        ];
    }

    /// <summary>The name that counts, or null for frames that do not.</summary>
    internal static string? NameOf(StackFrame frame)
    {
        bool counts = frame.Kind is not (FrameKind.Inlined or FrameKind.TailCall or FrameKind.User);
        return counts && (frame.Symbol ?? frame.Function) is { } name
            ? new StringBuilder().Append(frame.Module).Append(frame.Module is null ? "" : ":").Append(FunctionNames.Normalise(name)).ToString()
            : null;
    }
}
