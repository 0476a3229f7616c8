// BadPointerExplainer: explains an access to memory that failed.
using VaQuest.Kernel.Code;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Null, small, poisoned, wild, non-canonical and user pointers, and writes to what is read-only.</summary>
internal sealed class BadPointerExplainer(FaultScene scene)
{
    private readonly TrailFinder _trails = new(scene);
    private readonly PoisonCheck _poison = new(scene);

    /// <summary>The explanation; null when the faulting instruction is not known or touches no memory.</summary>
    public FaultExplanation? Explain()
    {
        if (scene.Code is not { } code || FaultAccess.Find(code, scene.Record, scene.PerCpuBase) is not { } access)
        {
            return null;
        }

        CName? lvalue = scene.Namer.NameOf(code, access.Index, access.Operand);
        (RegisterDefinition Root, long Added)? root = access.Register >= 0 ? code.Flow.FindRoot(access.Index, access.Register) : null;
        CName? name = access.Register >= 0 ? scene.Namer.NameOf(code, access.Index, access.Register) : null;

        // What the pointer was before members were added to it, or a container was computed from it.
        long added = name is { Offset: not 0 } ? name.Offset : root?.Added ?? 0;
        ulong? value = access.Value is { } raw ? unchecked(raw - (ulong)added) : access.Register < 0 ? access.Address : null;
        PointerValue? pointer = value is { } known ? PointerValue.Of(known, scene.HasFiveLevels) : null;
        ValueTrail? trail = access.Register >= 0 ? _trails.Find(scene.Exception, code, access.Index, access.Register, access.Value) : null;
        var verdict = new FaultVerdict(scene, code, access, pointer, value, lvalue, name, trail);
        return verdict.Write(_poison);
    }
}
