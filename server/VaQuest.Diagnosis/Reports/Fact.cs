// Fact: short ways to make facts from values that may be missing.
namespace VaQuest.Diagnosis.Reports;

/// <summary>Makes <see cref="Known{T}"/> values.</summary>
public static class Fact
{
    public static Known<T> Absent<T>(string reason) => new(default, reason);

    public static Known<T> From<T>(T? value, string reasonWhenNull)
        where T : class => value is null ? Absent<T>(reasonWhenNull) : value;

    public static Known<T> From<T>(T? value, string reasonWhenNull)
        where T : struct => value is { } known ? known : Absent<T>(reasonWhenNull);
}
