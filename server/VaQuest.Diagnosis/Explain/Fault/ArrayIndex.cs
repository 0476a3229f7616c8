// ArrayIndex: what an instruction indexes an array with.
namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>An index register.</summary>
/// <param name="Text">Its C name, or null.</param>
/// <param name="Value">Its value, or null.</param>
/// <param name="Scale">Bytes of one step.</param>
internal sealed record ArrayIndex(string? Text, long? Value, long Scale)
{
    /// <summary>The index of an element as C, given its number and how many elements one step is.</summary>
    public string TextFor(long number, long step)
    {
        long rest = Value is { } value ? number - (value * step) : number;
        if (Text is null || (Value is null && number != 0))
        {
            return Value is null ? "?" : FormattableString.Invariant($"{number}");
        }

        string scaled = step == 1 ? Text : FormattableString.Invariant($"{Text} * {step}");
        return rest == 0 ? scaled : FormattableString.Invariant($"{scaled} {(rest > 0 ? "+" : "-")} {Math.Abs(rest)}");
    }
}
