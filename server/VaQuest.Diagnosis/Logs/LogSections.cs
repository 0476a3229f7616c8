// LogSections: groups the lines of a log into events (oopses, warnings, stack dumps) with their stacks and registers.
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Logs;

/// <summary>A state machine fed line by line.</summary>
internal sealed class LogSections
{
    /// <summary>Lines without anything of an event after which it has ended: more than the longest code or option dump inside one.</summary>
    private const int EventGap = 30;

    /// <summary>Lines of other CPUs or drivers that may interrupt a stack.</summary>
    private const int StackGap = 3;

    private const int MaxTitle = 120;
    private const int MaxSections = 20_000;

    private readonly List<TextSection> _sections = [];
    private Part? _event;
    private Part? _stack;
    private Part? _registers;
    private bool _hasBody;
    private bool _hasEnded;
    private bool _hasPanic;
    private string _lastTask = string.Empty;

    public IReadOnlyList<TextSection> Sections => _sections;

    /// <summary>Number of reliable frames so far in the current event; the next frame's index.</summary>
    public int NextFrame { get; private set; }

    public void Add(int line, LogLineKind kind, ReadOnlySpan<char> content, bool hasFrame, bool hasRegister)
    {
        EndOverdue(line);
        if (kind == LogLineKind.Blank)
        {
            return;
        }

        bool isBody = hasFrame || hasRegister || kind is LogLineKind.StackMarker or LogLineKind.Cpu or LogLineKind.Modules or LogLineKind.Code
            or LogLineKind.KernelOffset or LogLineKind.ProblemDetail;
        switch (kind)
        {
            case LogLineKind.CutHere:
                EndEvent();
                BeginEvent(line, string.Empty);
                break;
            case LogLineKind.Problem:
                AddProblem(line, content);
                break;
            case LogLineKind.ProblemDetail when _event is null or { Title.Length: 0 }:
                AddProblem(line, content);
                break;
            case LogLineKind.Panic:
                AddProblem(line, content, isPanic: true);
                break;
            case LogLineKind.End:
                EndStack();
                Touch(line);
                _hasEnded = _event is not null;
                break;
            case LogLineKind.CallTrace:
                BeginStack(line, content);
                break;
            case LogLineKind.Task:
                EndEvent();
                BeginEvent(line, Title(content));
                _hasBody = true;
                break;
            case LogLineKind.Cpu:
                _lastTask = Title(content);
                break;
        }

        if (isBody)
        {
            AddBody(line, kind, content, hasFrame, hasRegister);
        }
    }

    public void CountFrame() => NextFrame++;

    public void Finish()
    {
        EndEvent();
    }

    private void AddBody(int line, LogLineKind kind, ReadOnlySpan<char> content, bool hasFrame, bool hasRegister)
    {
        if (_event is null && hasFrame)
        {
            BeginEvent(line, Title(content));
        }

        Touch(line);
        _hasBody |= _event is not null;
        if (kind == LogLineKind.StackMarker || hasFrame || hasRegister)
        {
            // Registers of user mode stand inside a stack; those behind it are followed by no more frames.
            _stack = _stack is { } stack ? stack with { Last = hasRegister ? stack.Last : line, Seen = line } : _stack;
        }

        if (kind == LogLineKind.StackMarker && content.StartsWith("</TASK>", StringComparison.Ordinal))
        {
            EndStack();
        }

        if (hasRegister && _stack is null && _event is not null)
        {
            _registers = _registers is { } registers ? registers with { Last = line } : new Part("Registers", string.Empty, line, line);
        }
    }

    private void AddProblem(int line, ReadOnlySpan<char> content, bool isPanic = false)
    {
        string title = Title(content);
        if (_event is { Title.Length: 0 } unnamed)
        {
            _event = unnamed with { Title = title, Last = line };
        }
        else if (_event is null || (!isPanic && _hasBody))
        {
            EndEvent();
            BeginEvent(line, title);
        }
        else
        {
            Touch(line);
        }

        _hasPanic |= isPanic;
    }

    private void BeginEvent(int line, string title)
    {
        _event = new Part(title, string.Empty, line, line);
        _hasBody = false;
        _hasEnded = false;
        _hasPanic = false;
        NextFrame = 0;
    }

    private void BeginStack(int line, ReadOnlySpan<char> content)
    {
        EndStack();
        EndRegisters();
        if (_event is null)
        {
            BeginEvent(line, _lastTask.Length > 0 ? _lastTask : Title(content));
            _lastTask = string.Empty;
        }

        Touch(line);
        _hasBody = true;
        _stack = new Part("Call Trace", string.Empty, line, line);
    }

    private void Touch(int line)
    {
        if (_event is { } current)
        {
            _event = current with { Last = line };
        }
    }

    private void EndOverdue(int line)
    {
        if (_stack is { } stack && line - stack.Seen > StackGap)
        {
            EndStack();
        }

        if (_registers is { } registers && line - registers.Last > StackGap)
        {
            EndRegisters();
        }

        // After "---[ end trace" the kernel prints the registers once more, and the panic line; nothing else belongs to it.
        if (_event is { } current && line - current.Last > (_hasEnded ? StackGap : EventGap))
        {
            EndEvent();
        }
    }

    private void EndEvent()
    {
        EndStack();
        EndRegisters();
        if (_event is { } current)
        {
            string title = current.Title.Length > 0 ? current.Title : "Event";
            SectionKind kind = _hasPanic || _hasBody ? SectionKind.Panic : SectionKind.Log;
            Emit(new TextSection(title, current.Detail, kind, current.Start, current.Last, 0));
        }

        _event = null;
        _hasBody = false;
        _hasEnded = false;
        _hasPanic = false;
        NextFrame = 0;
    }

    private void EndStack()
    {
        if (_stack is { } stack)
        {
            Emit(new TextSection(stack.Title, stack.Detail, SectionKind.Stack, stack.Start, stack.Last, 1));
            _stack = null;
        }
    }

    private void EndRegisters()
    {
        if (_registers is { } registers)
        {
            Emit(new TextSection(registers.Title, string.Empty, SectionKind.Registers, registers.Start, registers.Last, 1));
            _registers = null;
        }
    }

    private void Emit(TextSection section)
    {
        if (_sections.Count < MaxSections)
        {
            _sections.Add(section);
        }
    }

    private static string Title(ReadOnlySpan<char> content)
    {
        Span<char> title = stackalloc char[Math.Min(content.Length, MaxTitle)];
        for (int i = 0; i < title.Length; i++)
        {
            title[i] = char.IsControl(content[i]) ? ' ' : content[i];
        }

        return new string(title).Trim();
    }

    private readonly record struct Part(string Title, string Detail, int Start, int Last)
    {
        /// <summary>The last line that may belong to it.</summary>
        public int Seen { get; init; } = Last;
    }
}
