// PanicDiagnosticsTests: the error at the crash line says why, and the callers that the bad value passed have its value.
using Newtonsoft.Json.Linq;
using VaQuest.Diagnosis.Explain.Fault;
using VaQuest.Lsp.Tests.Server;
using Xunit;

namespace VaQuest.Lsp.Tests.Features;

public sealed class PanicDiagnosticsTests
{
    private static readonly FaultExplanation s_explanation = new()
    {
        Cause = "null-pointer",
        Certainty = Certainty.Shown,
        Sentences = ["`slot` is NULL: the write to `slot->length` went to 0x18.", "It was passed by ring_submit()."],
        Chain =
        [
            new ValueStep(0, "slot_store", "slot", 0, "`slot` is a parameter of slot_store()"),
            new ValueStep(1, "ring_submit", "ring->slots[index]", 0, "it was loaded from `ring->slots[index]`"),
        ],
    };

    [Fact]
    public async Task SaysWhyAndWhereTheValuePassed()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => new FakeSession(path) { Explanation = s_explanation });
        JToken error = await ErrorOf(harness);
        Assert.EndsWith("`slot` is NULL: the write to `slot->length` went to 0x18. It was passed by ring_submit().", (string?)error["message"], StringComparison.Ordinal);
        Assert.Equal(
            "called from ring_submit: it was loaded from `ring->slots[index]` (0x0)", (string?)error["relatedInformation"]!.Single()["message"]);
    }

    [Fact]
    public async Task NamesTheCallersAloneWithoutAnExplanation()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => new FakeSession(path));
        JToken error = await ErrorOf(harness);
        Assert.Equal("called from ring_submit", (string?)error["relatedInformation"]!.Single()["message"]);
        Assert.DoesNotContain("slot->length", (string?)error["message"], StringComparison.Ordinal);
    }

    private static async Task<JToken> ErrorOf(ServerHarness harness)
    {
        await harness.OpenDumpAsync("/x");
        JObject pushed = await harness.Client.WaitForAsync("textDocument/publishDiagnostics");
        return pushed["diagnostics"]!.Single();
    }
}
