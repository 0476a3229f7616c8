// ConditionValues: the values of what a condition names.
using System.Text.RegularExpressions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values.Expressions;
using VaQuest.Kernel.Unwind;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Evaluates the names in a condition with the variables of a frame.</summary>
internal static partial class ConditionValues
{
    /// <summary>Values in one sentence.</summary>
    private const int MaxValues = 4;

    /// <summary>Words of C and of the kernel that name no value.</summary>
    private static readonly HashSet<string> s_words = new(StringComparer.Ordinal)
        { "READ_ONCE", "WRITE_ONCE", "sizeof", "unlikely", "likely", "NULL", "true", "false", "struct", "unsigned", "long", "int", "char", "void", "IS_ENABLED" };

    /// <summary>"listed = 3", "table->count = 6": what could be evaluated, in the condition's order.</summary>
    public static IReadOnlyList<string> Read(FaultScene scene, StackTrace stack, int frame, string condition)
    {
        var found = new List<string>();
        foreach (Match match in Chain().Matches(condition))
        {
            string name = match.Value;
            bool isCall = condition.AsSpan(match.Index + match.Length).TrimStart().StartsWith("(", StringComparison.Ordinal);
            bool isNew = !s_words.Contains(name) && !isCall && found.Count < MaxValues && !found.Exists(text => text.StartsWith(name + " = ", StringComparison.Ordinal));
            if (isNew && Evaluate(scene, stack, frame, name) is { } value)
            {
                found.Add($"{name} = {value}");
            }
        }

        return found;
    }

    [GeneratedRegex(@"(?<![\w.>""])[A-Za-z_]\w*(?:(?:->|\.)[A-Za-z_]\w*|\[\w+\])*")]
    private static partial Regex Chain();

    // Upper case is a macro's or enumerator's; the condition itself tells those.
    private static string? Evaluate(FaultScene scene, StackTrace stack, int frame, string name)
    {
        if (name.All(c => char.IsUpper(c) || char.IsDigit(c) || c == '_'))
        {
            return null;
        }

        try
        {
            TypedValue value = scene.Values.Evaluate(name, new EvaluationScope(stack, frame), CancellationToken.None).Value;
            string text = ValueFormatter.Format(scene.Values.Kernel, value, ValueFormat.Line with { MaxLength = 48 });
            return text.StartsWith('(') ? null : DumpText.Escape(text);
        }
        catch (ExpressionException)
        {
            return null;
        }
    }
}
