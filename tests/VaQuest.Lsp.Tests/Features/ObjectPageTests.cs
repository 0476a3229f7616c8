// ObjectPageTests: from a pointer in a generated document to the document of its object, and on.
using Newtonsoft.Json.Linq;
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Server.Documents;
using VaQuest.Lsp.Tests.Server;
using Xunit;

namespace VaQuest.Lsp.Tests.Features;

public sealed class ObjectPageTests
{
    [Fact]
    public async Task LeadsFromAPointerToItsObjectAndOn()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode);
        string log = (string)(await harness.OpenDumpAsync("/x"))["logUri"]!;
        JToken definition = (await harness.AtAsync("textDocument/definition", log, 1, 5)).Single();
        string page = (string)definition["targetUri"]!;
        Assert.Equal(log.Replace("log.oops", "object/struct%20slot%200xffff888003a1b2c0.crash", StringComparison.Ordinal), page);
        Assert.Equal(18, (int)definition["originSelectionRange"]!["end"]!["character"]!);

        string text = (string)(await harness.Client.RequestAsync("workspace/textDocumentContent", new { uri = page }))["text"]!;
        Assert.StartsWith("struct slot at 0xffff888003a1b2c0\n", text);
        JToken link = (await harness.OfAsync("textDocument/documentLink", page)).Single();
        Assert.Equal(2, (int)link["range"]!["start"]!["line"]!);
        JToken resolved = await harness.Client.RequestAsync("documentLink/resolve", link);
        Assert.EndsWith("object/struct%20slot%200xffff888003a1b300.crash", (string?)resolved["target"]);
    }

    [Fact]
    public async Task LinksNeitherNullNorStrangeTypes()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode);
        string log = (string)(await harness.OpenDumpAsync("/x"))["logUri"]!;
        JToken link = (await harness.OfAsync("textDocument/documentLink", log)).Single();
        Assert.Equal(0, (int)link["range"]!["start"]!["character"]!);
        Assert.Equal(JTokenType.Null, (await harness.AtAsync("textDocument/definition", log, 1, 20)).Type);

        // A type that is none has no document, but the address has bytes.
        string target = (string)(await harness.AtAsync("textDocument/definition", log, 1, 30))[0]!["targetUri"]!;
        Assert.EndsWith("page/memory/0xffff888003a1c000.crash", target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WritesObjectsAsFilesForOtherClients()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        string log = (string)(await harness.OpenDumpAsync("/x"))["logUri"]!;
        string page = (string)(await harness.AtAsync("textDocument/definition", log, 1, 5)).Single()["uri"]!;
        Assert.StartsWith("struct slot at ", await File.ReadAllTextAsync(Uri.UnescapeDataString(page[7..])));
        JToken next = (await harness.AtAsync("textDocument/definition", page, 2, 15)).Single();
        Assert.StartsWith("file:///", (string?)next["uri"]);
    }

    [Fact]
    public async Task SaysThatAClosedDumpHasNoObjects()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode);
        JToken opened = await harness.OpenDumpAsync("/x");
        string page = (string)(await harness.AtAsync("textDocument/definition", (string)opened["logUri"]!, 1, 5))[0]!["targetUri"]!;
        await harness.Client.RequestAsync("workspace/executeCommand", new { command = "vaquest.closeDump", arguments = new[] { (string)opened["uri"]! } });
        Assert.Contains("not open any more", (string?)(await harness.Client.RequestAsync("workspace/textDocumentContent", new { uri = page }))["text"]);
    }

    [Theory]
    [InlineData("struct page", 0xffff888003a1b2c0, "object/struct page 0xffff888003a1b2c0.crash")]
    [InlineData("spinlock_t", 4096UL, "object/spinlock_t 0x0000000000001000.crash")]
    public void NamesObjectsByTypeAndAddress(string type, ulong address, string name)
    {
        Assert.Equal(name, ObjectPage.NameOf(new SpanTarget { Address = new VirtAddr(address), ObjectType = type }));
        Assert.Equal((type, new VirtAddr(address)), ObjectPage.Parse(name));
    }

    [Theory]
    [InlineData("object/struct page 0xffff888003a1b2c0.crash.crash")]
    [InlineData("object/struct page 0xffff888003a1b2c0")]
    [InlineData("object/struct page 0x-000000003a1b2c0.crash")]
    [InlineData("object/struct page 0xa.crash")]
    [InlineData("object/a/b 0xffff888003a1b2c0.crash")]
    [InlineData("object/*(int*)0 0xffff888003a1b2c0.crash")]
    [InlineData("object/ 0xffff888003a1b2c0.crash")]
    [InlineData("object/.crash")]
    [InlineData("object/")]
    public void RefusesAddressesThatAreNoObjects(string name) => Assert.Null(ObjectPage.Parse(name));
}
