// RowText: unwind rows as readelf prints them.
using VaQuest.DebugInfo.Frames;

namespace VaQuest.DebugInfo.Tests.Frames;

internal static class RowText
{
    private static readonly string[] s_names =
        ["rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "ra"];

    public static string Render(UnwindRow row)
    {
        var parts = new List<string> { "cfa=" + Cfa(row.Cfa) };
        for (int i = 0; i < row.RegisterCount; i++)
        {
            if (row[i].Kind != RegisterRuleKind.Unspecified)
            {
                parts.Add($"{s_names[i]}={Rule(row[i])}");
            }
        }

        return string.Join(' ', parts);
    }

    public static string Cfa(CfaRule rule) => rule.Kind switch
    {
        CfaRuleKind.RegisterOffset => $"{NameOf(rule.Register)}{rule.Offset:+0;-0;+0}",
        CfaRuleKind.Expression => "exp",
        _ => rule.Kind.ToString(),
    };

    public static string Rule(RegisterRule rule) => rule.Kind switch
    {
        RegisterRuleKind.Unspecified or RegisterRuleKind.Undefined => "u",
        RegisterRuleKind.Same => "s",
        RegisterRuleKind.Offset => $"c{rule.Offset:+0;-0;+0}",
        RegisterRuleKind.ValueOffset => $"v{rule.Offset:+0;-0;+0}",
        RegisterRuleKind.Register => NameOf(rule.Register),
        RegisterRuleKind.Expression => "exp",
        RegisterRuleKind.ValueExpression => "vexp",
        _ => rule.Kind.ToString(),
    };

    private static string NameOf(int register) => (uint)register < (uint)s_names.Length ? s_names[register] : $"r{register}";

    public static string Of(UnwindRow row, string column) =>
        column == "CFA" ? Cfa(row.Cfa) : Rule(row.RuleOf(Array.IndexOf(s_names, column)));
}
