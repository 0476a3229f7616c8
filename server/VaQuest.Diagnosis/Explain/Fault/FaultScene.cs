// FaultScene: what the explanation of one crash may ask.
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>The crash and the tools to look at it. Used by one thread.</summary>
internal sealed class FaultScene
{
    /// <summary>Lines above a message that may say more about it.</summary>
    private const int LinesAbove = 4;

    private IReadOnlyList<string>? _lines;

    public FaultScene(PanicSituation situation, OpenedDump opened, SessionValues values, IObjectNamer objects)
    {
        Situation = situation;
        Opened = opened;
        Values = values;
        Objects = objects;
        Codes = new FrameCodes(opened.Kernel);
        Symbols = new SymbolTypes(opened, values);
        Namer = new ValueNamer(new RegisterNames(values.Places, values.Kernel), Codes, values.Kernel, Symbols);
        Exception = situation.Stack is { } stack ? Explain.Culprit.FindException(stack.Frames) : -1;
        Code = Exception >= 0 ? Codes.Open(situation.Stack!, Exception) : null;
    }

    public PanicSituation Situation { get; }

    public PanicRecord Record => Situation.Record;

    /// <summary>The log's lines; made when they are asked for.</summary>
    public IReadOnlyList<string> Lines => _lines ??= new LogLines(Situation.Material.Log).Texts;

    public OpenedDump Opened { get; }

    public LinuxKernel Kernel => Opened.Kernel;

    public SessionValues Values { get; }

    public IObjectNamer Objects { get; }

    public FrameCodes Codes { get; }

    public SymbolTypes Symbols { get; }

    public ValueNamer Namer { get; }

    public StackTrace? Stack => Situation.Stack;

    /// <summary>Position in the panic stack of the frame that an exception stopped, or -1.</summary>
    public int Exception { get; }

    public StackFrame? ExceptionFrame => Exception >= 0 ? Stack!.Frames[Explain.Culprit.PhysicalFrameOf(Stack.Frames, Exception)] : null;

    /// <summary>The code that an exception stopped; null when there is none, or it cannot be read.</summary>
    public FrameCode? Code { get; }

    /// <summary>Where the crashed CPU's own data begins, or null.</summary>
    public ulong? PerCpuBase => Stack?.Cpu is { } cpu ? Kernel.Cpus.FindOffset(cpu) : null;

    /// <summary>The code of the culprit's frame: at the faulting instruction, or at its call; null when it cannot be read.</summary>
    public FrameCode? Culprit => Situation.FrameIndex >= 0 ? Codes.Open(Stack!, Situation.FrameIndex) : null;

    /// <summary>A line that begins with one of some texts, close above the crash's message; null when there is none.</summary>
    public string? FindLineAbove(params ReadOnlySpan<string> starts)
    {
        for (int i = Record.Index; i >= 0 && i >= Record.Index - LinesAbove; i--)
        {
            foreach (string start in starts)
            {
                if (Lines[i].StartsWith(start, StringComparison.Ordinal))
                {
                    return Lines[i];
                }
            }
        }

        return null;
    }

    /// <summary>True when addresses have 57 bits.</summary>
    public bool HasFiveLevels => Kernel.Dump.Vmcoreinfo.FindNumber("pgtable_l5_enabled") == 1;

    /// <summary>The word at an address now; null when it is not in the dump.</summary>
    public ulong? WordAt(ulong address, int bytes = 8) =>
        bytes is 1 or 2 or 4 or 8 && Kernel.Reader.TryReadUInt(new Binary.VirtAddr(address), bytes, out ulong value) ? value : null;
}
