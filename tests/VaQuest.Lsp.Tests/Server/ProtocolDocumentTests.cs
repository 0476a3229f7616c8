// ProtocolDocumentTests: docs/protocol.md names everything that is not in the standard.
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Server;

public sealed class ProtocolDocumentTests
{
    [Theory]
    [InlineData("vaquest.openDump")]
    [InlineData("vaquest.closeDump")]
    [InlineData("vaquest/dumpStatus")]
    [InlineData("vaquest/frames")]
    [InlineData("vaquest/tree")]
    [InlineData("vaquest/mailReport")]
    [InlineData("vaquest.showFrame")]
    [InlineData("`ruleFiles`")]
    [InlineData("`vmlinux`")]
    [InlineData("`debugDirectories`")]
    [InlineData("`sourceRoots`")]
    [InlineData("`sourceMap`")]
    [InlineData("`inlayHints`")]
    public void NamesCustomParts(string name) => Assert.Contains(name, Document, StringComparison.Ordinal);

    [Fact]
    public void NamesEveryCustomMethodInTheSource()
    {
        string features = Path.Combine(Lab.RepositoryRoot, "server", "VaQuest.Lsp", "Features");
        string[] methods = [.. Directory.EnumerateFiles(features, "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => File.ReadAllText(file).Split('"').Where((_, index) => index % 2 == 1))
            .Where(text => (text.StartsWith("vaquest/", StringComparison.Ordinal) || text.StartsWith("vaquest.", StringComparison.Ordinal)) && !text.Contains(' ', StringComparison.Ordinal))];
        Assert.True(methods.Length >= 4, "The source has fewer custom names than are known.");
        Assert.All(methods, method => Assert.Contains(method, Document, StringComparison.Ordinal));
    }

    private static string Document => File.ReadAllText(Path.Combine(Lab.RepositoryRoot, "docs", "protocol.md"));
}
