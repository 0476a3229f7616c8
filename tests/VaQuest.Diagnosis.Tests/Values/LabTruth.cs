// LabTruth: holds values of a dump against the table of expected values that its scenario's source gives.
using System.Globalization;
using System.Text;
using Newtonsoft.Json.Linq;
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Values;
using VaQuest.Diagnosis.Values.Expressions;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Tests.Values;

/// <summary>
/// Compares by C expressions: a member is path.member, what a pointer points to (*path). The forms of expected values are those of the
/// lab's truth.json: numbers, texts, objects and lists stand for themselves, and objects whose keys begin with $ for what JSON has not.
/// </summary>
internal sealed class LabTruth(SessionValues values, EvaluationScope scope)
{
    private readonly List<string> _differences = [];

    public IReadOnlyList<string> Differences => _differences;

    public int Compared { get; private set; }

    public void Check(string path, JToken expected)
    {
        switch (expected)
        {
            case JObject special when special.Properties().FirstOrDefault()?.Name.StartsWith('$') == true:
                CheckSpecial(path, special);
                break;
            case JObject members:
                foreach (JProperty member in members.Properties())
                {
                    Check($"{path}.{member.Name}", member.Value);
                }

                break;
            case JArray elements:
                CheckElements(path, elements);
                break;
            case JValue { Type: JTokenType.String } text:
                Expect(path, (string)text!, TextOf(path));
                break;
            case JValue { Type: JTokenType.Null }:
                Expect(path, "0", NumberOf(path));
                break;
            case JValue { Type: JTokenType.Boolean } truth:
                Expect(path, (bool)truth ? "1" : "0", NumberOf(path));
                break;
            default:
                Expect(path, Text(expected), NumberOf(path));
                break;
        }
    }

    private static string Text(JToken number) => Convert.ToString(((JValue)number).Value, CultureInfo.InvariantCulture)!;

    private void CheckElements(string path, JArray elements)
    {
        for (int i = 0; i < elements.Count; i++)
        {
            Check($"{path}[{i}]", elements[i]);
        }
    }

    private void CheckSpecial(string path, JObject special)
    {
        JProperty first = special.Properties().First();
        switch (first.Name)
        {
            case "$to" when first.Value is JValue { Type: JTokenType.String } text:
                Expect(path, (string)text!, TextBehind(path));
                break;
            case "$to":
                Check($"(*{path})", first.Value);
                break;
            case "$integer":
                Expect(path, (string)first.Value!, NumberOf(path));
                break;
            case "$enum":
                Expect(path, (string)special["$integer"]!, NumberOf(path));
                Expect(path, (string?)first.Value ?? (string)special["$integer"]!, Format(path));
                break;
            case "$flags":
                Expect(path, (string)special["$integer"]!, NumberOf(path));
                break;
            case "$symbol" or "$function":
                Expect(path, (string)first.Value!, SymbolOf(path));
                break;
            case "$same":
                Expect(path, NumberOf((string)first.Value!), NumberOf(path));
                break;
            case "$itself":
                Expect(path, NumberOf($"&({path[..path.LastIndexOf('.')]})"), NumberOf(path));
                break;
            case "$address":
                ulong address = ulong.Parse(((string)first.Value!).AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                Expect(path, address.ToString(CultureInfo.InvariantCulture), NumberOf(path));
                break;
            case "$error":
                Expect(path, unchecked((ulong)(long)first.Value).ToString(CultureInfo.InvariantCulture), NumberOf(path));
                break;
            case "$percpu":
                CheckPerCpu(path, (JArray)first.Value);
                break;
            case "$flexible":
                CheckElements(path, (JArray)special["$values"]!);
                break;
            case "$xavalue":
                Expect(path, Text(first.Value), NumberOf(path));
                break;
            case "$any":
                Compared++;
                break;
            default:
                _differences.Add($"{path}: the truth has {first.Name}, which this test does not know");
                break;
        }
    }

    // A per-CPU variable, or a pointer to one.
    private void CheckPerCpu(string path, JArray copies)
    {
        bool isPointer = values.Kernel.Resolve(Evaluate(path).Type) is PointerType;
        for (int cpu = 0; cpu < copies.Count; cpu++)
        {
            Check(isPointer ? $"(*per_cpu_ptr({path}, {cpu}))" : $"per_cpu({path}, {cpu})", copies[cpu]);
        }
    }

    private void Expect(string path, string expected, string actual)
    {
        Compared++;
        if (expected != actual)
        {
            _differences.Add($"{path} is {actual} instead of {expected}");
        }
    }

    private TypedValue Evaluate(string path) => values.Evaluate(path, scope, CancellationToken.None).Value;

    private string Answer(string path, Func<TypedValue, string> ask)
    {
        try
        {
            return ask(Evaluate(path));
        }
        catch (ExpressionException error)
        {
            return $"({error.Message})";
        }
    }

    private string NumberOf(string path) => Answer(path, value =>
        values.Kernel.TryReadInteger(value, out Int128 number, out Absence? reason) ? number.ToString(CultureInfo.InvariantCulture) : $"({reason})");

    private string Format(string path) => Answer(path, value => ValueFormatter.Format(values.Kernel, value));

    private string SymbolOf(string path) => Answer(path, value =>
        values.Kernel.TryReadPointer(value, out VirtAddr address, out _) && values.Kernel.FindSymbol(address) is { Offset: 0 } hit ? hit.Symbol.Name : "(no symbol)");

    private string TextBehind(string path) => Answer(path, value =>
        values.Kernel.TryReadPointer(value, out VirtAddr address, out _) && values.Kernel.Reader.ReadCString(address, 256) is { } text
            ? Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text)) : "(no text)");

    private string TextOf(string path) => Answer(path, value =>
    {
        byte[] bytes = new byte[values.Kernel.SizeOf(value.Type) ?? 0];
        if (value.Read(0, bytes) is { } reason)
        {
            return $"({reason})";
        }

        int end = Array.IndexOf(bytes, (byte)0);
        return Encoding.UTF8.GetString(bytes, 0, end < 0 ? bytes.Length : end);
    });
}
