// ConfigurationTests: requests are answered with the settings that the client announced before them.
using System.Collections.Concurrent;
using Newtonsoft.Json.Linq;
using VaQuest.Lsp.Tests.Server;
using Xunit;

namespace VaQuest.Lsp.Tests.Features;

public sealed class ConfigurationTests
{
    [Fact]
    public async Task WaitsForSettingsThatWereAnnouncedBeforeTheRequest()
    {
        var seen = new ConcurrentDictionary<string, string>();
        JObject capabilities = ServerHarness.VsCode;
        capabilities["workspace"]!["configuration"] = true;
        ServerHarness harness = ServerHarness.StartRaw((path, options, _, _) =>
        {
            // The first opening counts: after a change of settings, open dumps are opened again with the new ones.
            seen.TryAdd(path, string.Join(',', options.SourceRoots));
            return new FakeSession(path);
        });
        await using (harness)
        {
            string root = "/usr/src/one";
            harness.Client.Answers["workspace/configuration"] = _ =>
            {
                // A slow client: a request that does not wait would be answered with the settings before.
                Thread.Sleep(300);
                return new JArray(new JObject { ["sourceRoots"] = new JArray(root) });
            };
            await harness.Client.RequestAsync("initialize", new JObject { ["capabilities"] = capabilities });
            await harness.Client.NotifyAsync("initialized", new JObject());
            await harness.OpenDumpAsync("/first");
            root = "/usr/src/two";
            await harness.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = (object?)null });
            await harness.OpenDumpAsync("/second");
        }

        Assert.Equal("/usr/src/one", seen["/first"]);
        Assert.Equal("/usr/src/two", seen["/second"]);
    }

    [Fact]
    public async Task AnswersAClientThatNeverSaysInitialized()
    {
        await using ServerHarness harness = ServerHarness.StartRaw();
        await harness.Client.RequestAsync("initialize", new JObject { ["capabilities"] = ServerHarness.VsCode });
        Assert.NotNull((await harness.OpenDumpAsync("/x"))["uri"]);
    }
}
