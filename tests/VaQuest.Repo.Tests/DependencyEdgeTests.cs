// DependencyEdgeTests: arrows between projects point down only, and packages stay in their layer.
using System.Xml.Linq;
using Xunit;

namespace VaQuest.Repo.Tests;

public sealed class DependencyEdgeTests
{
    private static readonly Dictionary<string, string[]> s_projects = new()
    {
        ["VaQuest.Binary"] = [],
        ["VaQuest.Dumps"] = ["VaQuest.Binary"],
        ["VaQuest.DebugInfo"] = ["VaQuest.Binary"],
        ["VaQuest.Kernel"] = ["VaQuest.Binary", "VaQuest.Dumps", "VaQuest.DebugInfo"],
        ["VaQuest.Diagnosis"] = ["VaQuest.Binary", "VaQuest.Dumps", "VaQuest.DebugInfo", "VaQuest.Kernel"],
        ["VaQuest.Lsp"] = ["VaQuest.Binary", "VaQuest.Dumps", "VaQuest.DebugInfo", "VaQuest.Kernel", "VaQuest.Diagnosis"],
    };

    private static readonly Dictionary<string, string[]> s_packages = new()
    {
        ["VaQuest.Binary"] = ["ZstdSharp.Port"],
        ["VaQuest.Dumps"] = ["Snappier", "ZstdSharp.Port"],
        ["VaQuest.DebugInfo"] = ["ZstdSharp.Port"],
        ["VaQuest.Kernel"] = ["Iced"],
        ["VaQuest.Diagnosis"] = ["Iced"],
        ["VaQuest.Lsp"] = ["Newtonsoft.Json", "StreamJsonRpc", "System.CommandLine", "System.IO.Hashing"],
    };

    [Fact]
    public void KnowsEveryServerProject() =>
        Assert.Equal(s_projects.Keys.Order(), Repository.Files("server", ".csproj").Select(Path.GetFileNameWithoutExtension).Order());

    [Fact]
    public void PointsDownOnly() => AssertAllowed("ProjectReference", s_projects, include => Path.GetFileNameWithoutExtension(include.Replace('\\', '/')));

    [Fact]
    public void KeepsPackagesInTheirLayer() => AssertAllowed("PackageReference", s_packages, include => include);

    [Fact]
    public void KeepsProtocolAndJsonOutOfLowerLayers()
    {
        IEnumerable<string> offenders =
            from file in Repository.Files("server", ".cs")
            where !file.StartsWith("server/VaQuest.Lsp/", StringComparison.Ordinal)
            let text = Repository.Read(file)
            where text.Contains("using Newtonsoft", StringComparison.Ordinal)
                || text.Contains("using StreamJsonRpc", StringComparison.Ordinal)
                || text.Contains("Environment.GetEnvironmentVariable", StringComparison.Ordinal)
            select file;
        Assert.Empty(offenders);
    }

    [Fact]
    public void LeavesTestsOutOfTheServer() =>
        Assert.Empty(Repository.Files("server", ".csproj").Where(file => Repository.Read(file).Contains("/tests/", StringComparison.OrdinalIgnoreCase)));

    private static void AssertAllowed(string element, Dictionary<string, string[]> allowed, Func<string, string> nameOf)
    {
        foreach (string file in Repository.Files("server", ".csproj"))
        {
            string project = Path.GetFileNameWithoutExtension(file);
            IEnumerable<string> used = XDocument.Parse(Repository.Read(file)).Descendants(element).Select(item => nameOf(item.Attribute("Include")!.Value));
            Assert.Empty(used.Except(allowed[project]).Select(name => $"{project} may not use {name}"));
        }
    }
}
