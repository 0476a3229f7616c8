// Known: a value, or the reason why it is absent.
namespace VaQuest.Diagnosis.Reports;

/// <summary>A fact of a report. Absence always has a reason; there is no default value that could be taken for a fact.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public readonly struct Known<T>
{
    private readonly T? _value;
    private readonly string? _reason;

    internal Known(T? value, string? reason)
    {
        _value = value;
        _reason = reason;
    }

    public bool HasValue => _reason is null && _value is not null;

    /// <summary>The value. Throws <see cref="InvalidOperationException"/> when it is absent.</summary>
    public T Value => HasValue ? _value! : throw new InvalidOperationException("the value is absent: " + Reason);

    /// <summary>Why the value is absent; empty when it is there.</summary>
    public string Reason => HasValue ? "" : _reason ?? "not read";

    public static implicit operator Known<T>(T value) => new(value, value is null ? "not read" : null);

    public override string ToString() => HasValue ? _value!.ToString() ?? "" : $"({Reason})";
}
