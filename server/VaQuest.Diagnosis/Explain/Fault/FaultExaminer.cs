// FaultExaminer: chooses the explanation that a crash's kind asks for.
using VaQuest.Binary;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel.Code;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Explains crashes of an open dump. Safe for concurrent use; never throws on data.</summary>
internal sealed class FaultExaminer(OpenedDump opened, SessionValues values)
{
    private readonly PlaceObjects _objects = new(opened);

    /// <summary>Why it crashed; null when nothing beyond the log's own words can be said.</summary>
    public FaultExplanation? Examine(PanicSituation situation)
    {
        try
        {
            var scene = new FaultScene(situation, opened, values, _objects);
            return TextVerdict.Apply(scene, OfReport(scene) ?? OfKind(scene));
        }
        catch (Exception error) when (error is (DumpFormatException or ArgumentException or InvalidOperationException or IndexOutOfRangeException or OverflowException) and not ObjectDisposedException)
        {
            // Data that no explainer expects: the log and the stack still speak, and the report says what is missing.
            return new FaultExplanation
            {
                Cause = "unknown",
                Certainty = Certainty.CannotTell,
                Sentences = [],
                Conclusions = [new Conclusion(Certainty.CannotTell, "why it crashed: the dump's data could not be followed (" + DumpText.Escape(error.Message) + ")")],
            };
        }
    }

    // What a checker of the kernel said is more than what its BUG() or panic() says.
    private static FaultExplanation? OfReport(FaultScene scene) => scene.Record.Kind switch
    {
        PanicKind.NullPointerDereference => new MemoryReportExplainer(scene).Explain(),
        _ when PanicKinds.IsReport(scene.Record.Kind) =>
            new ListExplainer(scene).Explain() ?? new MemoryReportExplainer(scene).Explain() ?? new ObjectCheckExplainer(scene).ExplainCount()
                ?? new ObjectCheckExplainer(scene).ExplainDoubleFree() ?? new StackExplainer(scene).ExplainLength(),
        _ => null,
    };

    private static FaultExplanation? OfKind(FaultScene scene) => scene.Record.Kind switch
    {
        PanicKind.NullPointerDereference or PanicKind.PageFault or PanicKind.GeneralProtection or PanicKind.NxExecution or PanicKind.UseAfterFree => OfAccess(scene),
        PanicKind.Bug or PanicKind.Warning => new CheckExplainer(scene).Explain(),
        PanicKind.DivideError => new ArithmeticExplainer(scene).ExplainDivision(),
        PanicKind.InvalidOpcode => new ArithmeticExplainer(scene).ExplainOpcode(),
        PanicKind.StackOverflow => new StackExplainer(scene).ExplainOverflow(),
        PanicKind.Sysrq => new EventExplainer(scene).ExplainSysrq(),
        PanicKind.MachineCheck => new EventExplainer(scene).ExplainMachineCheck(),
        PanicKind.Nmi => new EventExplainer(scene).ExplainNmi(),
        PanicKind.StackCorruption => new StackExplainer(scene).ExplainGuard(),
        PanicKind.ExplicitPanic => new EventExplainer(scene).ExplainInit() ?? new CheckExplainer(scene).ExplainPanic(),
        PanicKind.Breakpoint => new ArithmeticExplainer(scene).ExplainBreakpoint(),
        _ => null,
    };

    // A CPU that could not fetch an instruction stands at no code; one that could not jump stands at the jump.
    private static FaultExplanation? OfAccess(FaultScene scene)
    {
        bool isFetch = scene.Record.Access == "instruction fetch" || scene.Record.Kind == PanicKind.NxExecution;
        if (isFetch && scene.Record.FaultAddress is { } target)
        {
            return new JumpExplainer(scene).ExplainFetch(target);
        }

        // RIP is the bad address itself also when it is not canonical.
        if (scene.ExceptionFrame is { Function: null, IsReturnAddress: false } nowhere && scene.Kernel.Symbols.FindModule(nowhere.Pc) is null)
        {
            return new JumpExplainer(scene).ExplainFetch(nowhere.Pc);
        }

        bool isJump = scene.Code is { Instruction.Flow: CodeFlow.Return or CodeFlow.IndirectCall or CodeFlow.IndirectJump };
        return (isJump ? new JumpExplainer(scene).ExplainAt(scene.Code!) : null) ?? new BadPointerExplainer(scene).Explain();
    }
}
