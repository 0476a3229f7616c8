// PointerWalk: replays a loop that follows pointers, to find the object that held the bad one.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Code;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>
/// A register that is either the start of a chain or the next pointer of the object it pointed to: the chain is followed in the dump from its
/// start until a link holds the bad value. That the memory still leads there shows the way that the code went.
/// </summary>
internal sealed class PointerWalk(FaultScene scene)
{
    /// <summary>Objects of one chain.</summary>
    private const int MaxObjects = 100_000;

    /// <summary>The object whose link holds the value; null when the registers are no such loop, or no chain in the dump leads there.</summary>
    public (ValueOrigin Origin, string Text)? Resolve(int position, FrameCode frame, int register, IReadOnlyList<RegisterDefinition> all, ulong? value)
    {
        if (value is not { } wanted || (all.FirstOrDefault(one => IsLink(one) && one.Effect!.Memory!.Base == register) ?? all.FirstOrDefault(IsLink)) is not { Effect.Memory: { } link } step)
        {
            return null;
        }

        bool isLoop = link.Base == register && all.Count == 2 && IsOneOf(frame.Flow.FindAll(step.Index, register), all);
        RegisterDefinition first = all.First(one => one != step);
        if (!isLoop || StartOf(position, frame, first) is not { } start)
        {
            return null;
        }

        if (start.Value == wanted)
        {
            bool isLoad = first.Effect is { Kind: EffectKind.Load };
            return isLoad ? (new TrailFinder(scene).OriginOf(frame, first, 0), wanted == 0 ? "where a chain begins that is empty: what was looked for is not in it" : "the start of the chain itself") : null;
        }

        var seen = new HashSet<ulong>();
        ulong at = start.Value;
        for (int count = 1; count <= MaxObjects && seen.Add(at); count++)
        {
            ulong place = unchecked(at + (ulong)link.Displacement);
            if (scene.WordAt(place) is not { } next)
            {
                return null;
            }

            if (next == wanted)
            {
                // A search that finds nothing leaves NULL behind.
                string what = wanted == 0
                    ? FormattableString.Invariant($"the end of the chain of {Words.Count(count, "object")} that begins at {start.Name} = {Words.Hex(start.Value)}: what was looked for is not in it")
                    : FormattableString.Invariant($"object {count} of the chain that begins at {start.Name} = {Words.Hex(start.Value)}");
                return (OriginOf(frame, step, link, at, next), what);
            }

            at = next;
        }

        return null;
    }

    private static bool IsLink(RegisterDefinition definition) =>
        definition.Effect is { Kind: EffectKind.Load, Bytes: 8, Memory: { Index: < 0, IsPerCpu: false } };

    private static bool IsOneOf(IReadOnlyList<RegisterDefinition> found, IReadOnlyList<RegisterDefinition> all) => found.All(one => all.Contains(one));

    private ValueOrigin OriginOf(FrameCode frame, RegisterDefinition step, MemoryOperand link, ulong container, ulong next)
    {
        CName? name = scene.Namer.NameOf(frame, step.Index, link);
        return new ValueOrigin(OriginKind.Memory, frame, $"loaded from {(name is null ? "memory" : $"`{name.Text}`")}")
        {
            Name = name,
            Address = new VirtAddr(unchecked(container + (ulong)link.Displacement)),
            ValueNow = next,
            Container = new VirtAddr(container),
            ContainerName = scene.Namer.NameOf(frame, step.Index, link.Base),
        };
    }

    // The value that the chain begins with: known in this frame, or what the caller passed.
    private (ulong Value, string Name)? StartOf(int position, FrameCode frame, RegisterDefinition first)
    {
        FrameCode holder = frame;
        int index = first.Index;
        int register = first.Register;
        RegisterDefinition origin = first;
        if (first.Kind == DefinitionKind.Entry)
        {
            if (scene.Codes.OpenCaller(scene.Stack!, position, frame, out _) is not { } caller || caller.Flow.FindRoot(caller.Index, register) is not { Added: 0 } root)
            {
                return null;
            }

            (holder, index, origin) = (caller, caller.Index, root.Root);
            if (caller.Known.Find(index, register) is { } known)
            {
                return (known, NameOf(caller, index, register));
            }
        }

        if (origin.Effect is { Kind: EffectKind.Load, Bytes: 8, Memory: { } memory } && holder.Known.FindAddress(origin.Index, memory, scene.PerCpuBase) is { } at
            && scene.WordAt(at) is { } value)
        {
            string name = scene.Namer.NameOf(holder, origin.Index, memory) is { } named ? $"`{named.Text}`" : Words.Hex(at);
            return (value, name);
        }

        return null;
    }

    private string NameOf(FrameCode frame, int index, int register) =>
        scene.Namer.NameOf(frame, index, register) is { } name ? $"`{name.ToValue()}`" : scene.Namer.RegisterName(register);
}
