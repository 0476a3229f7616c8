// FrameValue: one argument or local variable of a frame, with its value or why there is none.
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Dwarf.Variables;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values;

/// <summary>A variable of a frame. Texts are computed when they are asked for. Safe for concurrent use.</summary>
public sealed class FrameValue
{
    private readonly DwarfVariable _variable;
    private readonly KernelValues _values;
    private readonly Lazy<string> _text;
    private readonly Lazy<ScopeLines?> _scope;

    internal FrameValue(DwarfVariable variable, TypedValue value, TypedValue? atEntry, KernelValues values, Absence? absence)
    {
        _variable = variable;
        _values = values;
        Name = DumpText.Escape(variable.Name);
        IsArgument = variable.IsParameter;
        Value = value;
        AtEntry = atEntry;
        Absence = absence;
        _text = new Lazy<string>(() => ValueFormatter.Format(values, value));
        _scope = new Lazy<ScopeLines?>(() => ScopeLines.Find(variable.Scope));
    }

    public string Name { get; }

    public bool IsArgument { get; }

    public TypedValue Value { get; }

    /// <summary>Of an argument that is absent now: what it was when the function was entered, if its caller still knows; else null.</summary>
    public TypedValue? AtEntry { get; }

    /// <summary>Why nothing of the value is known; null when something is.</summary>
    public Absence? Absence { get; }

    public CType Type => Value.Type;

    /// <summary>The type as C: "struct page *".</summary>
    public string TypeText => DumpText.Escape(DebugInfo.Types.TypeText.Of(Value.Type));

    /// <summary>The declaration as C: "char name[16]".</summary>
    public string Declaration => DumpText.Escape(DebugInfo.Types.TypeText.Of(Value.Type, _variable.Name));

    /// <summary>The value in one line of at most some eighty characters; the reason in parentheses when it is absent.</summary>
    public string Text => _text.Value;

    /// <summary>The file that declares it as debug information names it, or null.</summary>
    public string? File => _variable.File;

    /// <summary>1-based line of its declaration, or 0.</summary>
    public int Line => _variable.Line;

    /// <summary>The lines in which its name means this variable: those of its function or block; null when they are not known.</summary>
    public ScopeLines? Scope => _scope.Value;

    /// <summary>The value in another form.</summary>
    public string Format(ValueFormat format) => ValueFormatter.Format(_values, Value, format);
}
