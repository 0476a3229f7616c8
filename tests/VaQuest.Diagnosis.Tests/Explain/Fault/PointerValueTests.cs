// PointerValueTests: what values that were used as pointers look like (patterns of include/linux/poison.h).
using VaQuest.Diagnosis.Explain.Fault;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Explain.Fault;

public sealed class PointerValueTests
{
    [Theory]
    [InlineData(0UL, "Null", "NULL")]
    [InlineData(0x18UL, "Small", "the small number 0x18")]
    [InlineData(0xfffffffffffffff4UL, "Error", "the error pointer -ENOMEM")]
    [InlineData(0xdead000000000100UL, "Poison", "LIST_POISON1")]
    [InlineData(0xdead000000000122UL, "Poison", "LIST_POISON2")]
    [InlineData(0x6b6b6b6b6b6b6b6bUL, "Poison", "POISON_FREE")]
    [InlineData(0x6b6b6b6b6b6b6b73UL, "Poison", "POISON_FREE")]
    [InlineData(0x5a5a5a5a5a5a5a5aUL, "Poison", "POISON_INUSE")]
    [InlineData(0xaaaaaaaaaaaaaaaaUL, "Poison", "PAGE_POISON")]
    [InlineData(0x4141414141414141UL, "Text", "\"AAAAAAAA\"")]
    [InlineData(0x0000000000400000UL, "User", "user space")]
    [InlineData(0x0100000000400000UL, "NonCanonical", "not a canonical")]
    [InlineData(0xffff888000000000UL, "Kernel", "the kernel")]
    public void RecognisesValues(ulong value, string kind, string part)
    {
        PointerValue found = PointerValue.Of(value, hasFiveLevels: false);
        Assert.Equal(kind, found.Class.ToString());
        Assert.Contains(part, found.Text);
    }

    [Fact]
    public void KnowsThatFiveLevelsMakeMoreAddressesCanonical()
    {
        Assert.False(PointerValue.IsCanonical(0xff11000000000000, hasFiveLevels: false));
        Assert.True(PointerValue.IsCanonical(0xff11000000000000, hasFiveLevels: true));
        Assert.False(PointerValue.IsCanonical(0x0180000000000000, hasFiveLevels: true));
    }

    [Theory]
    [InlineData(0xb200000000000000UL, "an uncorrected error", "context is corrupt")]
    [InlineData(0x9000000000000151UL, "a corrected error", "cache")]
    [InlineData(0xbd0000000000009fUL, "an uncorrected error", "memory controller")]
    public void ReadsMachineChecks(ulong status, string severity, string part)
    {
        string text = MachineCheckStatus.Describe(status);
        Assert.StartsWith(severity, text, StringComparison.Ordinal);
        Assert.Contains(part, text);
    }

    [Theory]
    [InlineData("", "BUG_ON(READ_ONCE(ledger->balance) < 0);", "BUG_ON", "READ_ONCE(ledger->balance) < 0")]
    [InlineData("", "WARN(a != f(b, c), \"text %u\\n\", a);", "WARN", "a != f(b, c)")]
    [InlineData("", "if (WARN_ON_ONCE(!page)) return;", "WARN_ON_ONCE", "!page")]
    [InlineData("if (x->count > 3)", "panic(\"lab: %d\", x->count);", "panic", "x->count > 3")]
    public void FindsTheConditionInSourceText(string above, string statement, string check, string condition) =>
        Assert.Equal((check, condition), SourceCondition.FindIn(above, statement));

    [Theory]
    [InlineData("if (x) y();", "panic(\"lab\");")]
    [InlineData("", "return 0;")]
    [InlineData("", "BUG_ON(unclosed")]
    public void FindsNoConditionWhereThereIsNone(string above, string statement) => Assert.Null(SourceCondition.FindIn(above, statement));
}
