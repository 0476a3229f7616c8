// TrailFinder: follows a bad value back: through its function, then up the callers that passed it on.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Code;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Makes trails. Each step is what an instruction says; where more than one way leads on it stops and says so.</summary>
internal sealed class TrailFinder(FaultScene scene)
{
    /// <summary>Ways to one value that a sentence names.</summary>
    private const int MaxWays = 3;

    /// <summary>Callers that a value is followed through; longer ways were not seen.</summary>
    private const int MaxFrames = 16;

    /// <summary>The way of the value that a register holds before an instruction of a frame.</summary>
    /// <param name="position">Position of the frame in the panic stack.</param>
    /// <param name="frame">Its code.</param>
    /// <param name="index">The instruction.</param>
    /// <param name="register">The register.</param>
    /// <param name="value">The value the CPU used; null when it is not known.</param>
    public ValueTrail Find(int position, FrameCode frame, int index, int register, ulong? value)
    {
        var steps = new List<ValueStep>();
        for (int i = 0; i < MaxFrames; i++)
        {
            IReadOnlyList<RegisterDefinition> all = frame.Flow.FindAll(index, register);
            if (all.Count > 1 && new PointerWalk(scene).Resolve(position, frame, register, all, value) is { } walked)
            {
                steps.Add(StepOf(frame, index, register, value, $"{NameOf(frame, index, register)} was {walked.Origin.Text}"));
                return new ValueTrail(steps, walked.Origin) { Walk = walked.Text };
            }

            if (all is not [{ Kind: not DefinitionKind.Unknown }] || frame.Flow.FindRoot(index, register) is not { } found)
            {
                return End(steps, frame, index, register, value, OfSeveral(frame, all, value));
            }

            if (found.Root.Kind != DefinitionKind.Entry)
            {
                return End(steps, frame, index, register, value, OriginOf(frame, found.Root, found.Added));
            }

            string own = NameOf(frame, index, register);
            string role = scene.Namer.ArgumentOf(found.Root.Register) >= 0 ? "a parameter" : "a register that the function did not change";
            if (scene.Codes.OpenCaller(scene.Stack!, position, frame, out string reason) is not { } caller || scene.Namer.ArgumentOf(found.Root.Register) < 0)
            {
                return End(steps, frame, index, register, value, new ValueOrigin(OriginKind.Parameter, frame, $"{role} of {FunctionOf(frame)}" + (reason.Length > 0 ? $"; {reason}" : "")));
            }

            steps.Add(StepOf(frame, index, register, value, $"{own} is {role} of {FunctionOf(frame)}"));
            position = Culprit.PhysicalFrameOf(scene.Stack!.Frames, position) + 1;
            value = value is { } now ? unchecked(now - (ulong)found.Added) : null;
            (frame, index, register) = (caller, caller.Index, found.Root.Register);
        }

        return new ValueTrail(steps, new ValueOrigin(OriginKind.Unknown, frame, "passed through more callers than are followed"));
    }

    /// <summary>A register as C in code quotes; as "the register rdi" where C has no name.</summary>
    public string NameOf(FrameCode frame, int index, int register) =>
        scene.Namer.NameOf(frame, index, register) is { } name ? $"`{name.ToValue()}`" : RegisterText(register);

    public string RegisterText(int register) => register < 0 ? "the address" : "register " + scene.Namer.RegisterName(register);

    public static string FunctionOf(FrameCode frame) => FrameText.FunctionOf(frame.Logical) + "()";

    /// <summary>Where one definition has its value from.</summary>
    public ValueOrigin OriginOf(FrameCode frame, RegisterDefinition root, long added)
    {
        MachineInstruction instruction = frame.Code.Instructions[Math.Max(root.Index, 0)];
        string plus = added == 0 ? "" : added > 0 ? FormattableString.Invariant($" plus 0x{added:x}") : FormattableString.Invariant($" minus 0x{-added:x}");
        switch (root)
        {
            case { Kind: DefinitionKind.CallResult }:
                string called = scene.Namer.CalledName(instruction) is { } name ? name + "()" : "a call through a pointer";
                return new ValueOrigin(OriginKind.CallResult, frame, $"returned by {called}{plus}");
            case { Effect: { Kind: EffectKind.Load, Memory: { } memory } load }:
                return OfLoad(frame, root.Index, memory, load, plus) with { Added = added };
            case { Effect: { Kind: EffectKind.Constant } constant }:
                string variable = scene.Objects.Find(new VirtAddr(unchecked((ulong)constant.Constant))) is { } symbol ? $"the address of {symbol.Text}" : "a constant";
                return new ValueOrigin(OriginKind.Constant, frame, $"{variable} in the code of {FunctionOf(frame)}{plus}");
            case { Effect.Kind: EffectKind.Copy or EffectKind.Add }:
                return new ValueOrigin(OriginKind.Unknown, frame, $"set in more than one place of {FunctionOf(frame)}, so that the code does not tell from where{plus}");
            case { Kind: DefinitionKind.Instruction }:
                string text = scene.Codes.Reader?.Format(instruction.Address) is { } written ? $" ({written})" : "";
                return new ValueOrigin(OriginKind.Computed, frame, $"computed in {FunctionOf(frame)}{text}{plus}");
            default:
                return new ValueOrigin(OriginKind.Unknown, frame, "left in the register by a call");
        }
    }

    // Of several ways those drop out that give a constant other than the value; what is left is named.
    private ValueOrigin OfSeveral(FrameCode frame, IReadOnlyList<RegisterDefinition> all, ulong? value)
    {
        RegisterDefinition[] possible =
        [
            .. all.Where(one => value is null || one.Effect is not { Kind: EffectKind.Constant } constant || unchecked((ulong)constant.Constant) == value),
        ];
        bool areNamed = possible.Length is > 0 and <= MaxWays && !Array.Exists(possible, one => one.Kind is DefinitionKind.Unknown or DefinitionKind.CallClobber);
        if (!areNamed)
        {
            return new ValueOrigin(OriginKind.Unknown, frame, $"set in more than one place of {FunctionOf(frame)}, so that the code does not tell from where");
        }

        if (possible is [{ Kind: not DefinitionKind.Entry } only])
        {
            return OriginOf(frame, only, 0);
        }

        string ways = string.Join(" or ", possible.Select(one => one.Kind == DefinitionKind.Entry ? $"a parameter of {FunctionOf(frame)}" : OriginOf(frame, one, 0).Text).Distinct());
        return new ValueOrigin(OriginKind.Unknown, frame, "either " + ways + ": the code has more than one way to there");
    }

    private ValueOrigin OfLoad(FrameCode frame, int index, MemoryOperand memory, RegisterEffect load, string plus)
    {
        CName? name = scene.Namer.NameOf(frame, index, memory);
        ulong? address = frame.Known.FindAddress(index, memory, scene.PerCpuBase);
        bool isFromMemory = false;
        address ??= memory.AddressFrom(
            register =>
            {
                ulong? part = frame.Known.FindNow(index, register, (at, bytes) => scene.WordAt(at, bytes), out bool isNow);
                isFromMemory |= isNow;
                return part;
            },
            scene.PerCpuBase);
        ulong? now = address is { } at && scene.WordAt(at, load.Bytes) is { } word ? KnownValues.Cut(word, load) : null;
        string what = name is null ? "memory" : $"`{name.Text}`";
        return new ValueOrigin(OriginKind.Memory, frame, $"loaded from {what}{plus}")
        {
            Name = name,
            Address = address is { } known ? new VirtAddr(known) : null,
            IsAddressFromMemory = isFromMemory,
            Bytes = load.Bytes,
            ValueNow = now,
            Container = memory.Base >= 0 && frame.Known.Find(index, memory.Base) is { } start ? new VirtAddr(start) : null,
            ContainerName = memory.Base >= 0 ? scene.Namer.NameOf(frame, index, memory.Base) : null,
        };
    }

    private ValueTrail End(List<ValueStep> steps, FrameCode frame, int index, int register, ulong? value, ValueOrigin origin)
    {
        string verb = origin.Kind is OriginKind.Constant or OriginKind.Parameter ? "is" : "was";
        string name = NameOf(frame, index, register);

        // A value whose only name is where it came from is not named twice.
        bool isSelf = origin.Text is var text && (text == $"returned by {name.Trim('`')}" || text == $"loaded from {name}");
        steps.Add(StepOf(frame, index, register, value, isSelf ? $"the value was {text}" : $"{name} {verb} {text}"));
        return new ValueTrail(steps, origin);
    }

    private ValueStep StepOf(FrameCode frame, int index, int register, ulong? value, string text)
    {
        CName? name = scene.Namer.NameOf(frame, index, register);
        return new ValueStep(frame.Logical.Index, FrameText.FunctionOf(frame.Logical), name?.ToValue() ?? scene.Namer.RegisterName(register), value, text)
        {
            Location = frame.Logical.Source is { Line: > 0 } source ? source : null,
        };
    }
}
