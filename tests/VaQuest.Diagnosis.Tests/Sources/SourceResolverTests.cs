// SourceResolverTests: which local file a compiler's path means, and which it must never mean.
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Sources;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Sources;

public sealed class SourceResolverTests : IDisposable
{
    private const string Build = "/build/reproducible-path/linux-6.1.174";

    private readonly string _root = Directory.CreateTempSubdirectory("vaquest-sources-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void FindsAFileBelowTheCompilationDirectory()
    {
        string file = Write("linux/drivers/tty/sysrq.c");
        ResolvedSource found = Resolve(At(Build + "/drivers/tty/sysrq.c"), [KernelTree("linux", "6.1.174")]);
        Assert.Equal((file, SourceFileState.Matched, 155), (found.LocalPath, found.State, found.Line));
    }

    [Fact]
    public void SaysWhenTheTreeIsOfAnotherVersion()
    {
        Write("linux/drivers/tty/sysrq.c");
        ResolvedSource found = Resolve(At(Build + "/drivers/tty/sysrq.c"), [KernelTree("linux", "6.6.3")]);
        Assert.Equal(SourceFileState.OtherVersion, found.State);
        Assert.Contains("6.6.3", found.Note, StringComparison.Ordinal);
        Assert.Contains("6.1.174", found.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void FindsAFileByTheEndOfItsPath()
    {
        string file = Write("linux/drivers/tty/sysrq.c");
        ResolvedSource found = Resolve(At("/somewhere/else/drivers/tty/sysrq.c"), [KernelTree("linux", "6.1.174")]);
        Assert.Equal(file, found.LocalPath);
    }

    [Fact]
    public void TakesNoBareNameInAKernelTree()
    {
        Write("linux/main.c");
        Assert.Null(Resolve(At("/home/me/widget/main.c"), [KernelTree("linux", "6.1.174")]).LocalPath);
    }

    [Fact]
    public void FindsAModulesOwnSourceAnywhereBelowItsDirectory()
    {
        string file = Write("repo/src/widget/core.c");
        Write("repo/src/other/core.c");
        ResolvedSource found = Resolve(At("/home/me/build/widget/core.c"), [Path.Combine(_root, "repo")]);
        Assert.Equal((file, SourceFileState.Matched), (found.LocalPath, found.State));
    }

    [Fact]
    public void DoesNotGuessBetweenTwoFilesOfOneName()
    {
        Write("repo/a/core.c");
        Write("repo/b/core.c");
        Assert.Null(Resolve(At("/home/me/build/core.c"), [Path.Combine(_root, "repo")]).LocalPath);
    }

    [Fact]
    public void PrefersTheLongestMappedPrefix()
    {
        string file = Write("mapped/sysrq.c");
        Write("wide/drivers/tty/sysrq.c");
        var options = new SessionOptions
        {
            SourceMap = new Dictionary<string, string> { [Build] = Path.Combine(_root, "wide"), [Build + "/drivers/tty"] = Path.Combine(_root, "mapped") },
        };
        Assert.Equal(file, new SourceResolver(options, null, () => null).Resolve(At(Build + "/drivers/tty/sysrq.c")).LocalPath);
    }

    [Theory]
    [InlineData("../secret.c")]
    [InlineData("/build/../../secret.c")]
    [InlineData("link.c")]
    [InlineData("linked/secret.c")]
    [InlineData("a\0b.c")]
    public void NeverLeavesTheRoot(string name)
    {
        Write("secret.c");
        string root = Path.Combine(_root, "repo");
        Directory.CreateDirectory(root);
        File.CreateSymbolicLink(Path.Combine(root, "link.c"), Path.Combine(_root, "secret.c"));
        Directory.CreateSymbolicLink(Path.Combine(root, "linked"), _root);
        var options = new SessionOptions { SourceRoots = [root], SourceMap = new Dictionary<string, string> { ["/build"] = root } };
        var resolver = new SourceResolver(options, null, () => null);
        Assert.Null(resolver.Resolve(At(name)).LocalPath);
        Assert.Null(resolver.Resolve(At("/build/" + name)).LocalPath);
    }

    [Fact]
    public void SaysWhatToDoWhenNothingIsFound()
    {
        ResolvedSource found = Resolve(At(Build + "/drivers/tty/sysrq.c"), []);
        Assert.Equal(SourceFileState.NotFound, found.State);
        Assert.Contains("--source DIR", found.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/build/linux-6.1.192/arch/x86/entry/entry_64.S", "/build/linux-6.1.192/debian/build/amd64", "arch/x86/entry/entry_64.S")]
    [InlineData("/build/linux-6.1.192/kernel/panic.c", "/build/linux-6.1.192", "kernel/panic.c")]
    [InlineData("/usr/src/lab/lab_null/ring.c", "/usr/src/linux-headers-6.1.0", "/usr/src/lab/lab_null/ring.c")]
    public void ShortensToThePathInTheTree(string file, string directory, string shortened) =>
        Assert.Equal(shortened, SourcePaths.Shorten(new SourceLocation(file, 1, 0, directory)));

    private static SourceLocation At(string file) => new(file, 155, 3, Build);

    private static ResolvedSource Resolve(SourceLocation location, string[] roots) =>
        new SourceResolver(new SessionOptions { SourceRoots = roots }, null, () => null).Resolve(location);

    private string KernelTree(string name, string version)
    {
        string[] parts = version.Split('.');
        Write(name + "/Makefile", $"# SPDX\nVERSION = {parts[0]}\nPATCHLEVEL = {parts[1]}\nSUBLEVEL = {parts[2]}\n");
        return Path.Combine(_root, name);
    }

    private string Write(string relative, string text = "int x;\n")
    {
        string path = Path.Combine(_root, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
