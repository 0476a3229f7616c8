// CName: a C expression for a value that is in a register.
using VaQuest.DebugInfo.Types;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>The value is that of the expression, plus some bytes.</summary>
/// <param name="Text">An expression that a member access can be put behind: a name, a chain of members, a call.</param>
/// <param name="Type">Its type; null when it is not known.</param>
/// <param name="Offset">Bytes to add to it, as to a pointer to char.</param>
internal sealed record CName(string Text, CType? Type, long Offset = 0)
{
    /// <summary>True when the value is the address of the expression: <see cref="Type"/> is then the type of what is there.</summary>
    public bool IsAddress { get; init; }

    /// <summary>True when the text is a name of the source, not one of a register or number.</summary>
    public bool IsSource { get; init; } = true;

    /// <summary>The value as C.</summary>
    public string ToValue()
    {
        string value = (IsAddress ? "&" : "") + Text;
        return Offset == 0 ? value
            : Offset > 0 ? FormattableString.Invariant($"(char *){value} + 0x{Offset:x}") : FormattableString.Invariant($"(char *){value} - 0x{-Offset:x}");
    }

    /// <summary>The type of what the value points to; null when it is not known.</summary>
    public CType? Pointee => IsAddress ? Type : Type?.Unqualified is PointerType pointer ? pointer.Target : null;
}
