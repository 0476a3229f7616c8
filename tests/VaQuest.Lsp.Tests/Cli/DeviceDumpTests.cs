// DeviceDumpTests: `vaquest info` lists what drivers added to a dump, `vaquest read --device-dump` writes it.
using System.Text;
using Newtonsoft.Json.Linq;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

public sealed class DeviceDumpTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public DeviceDumpTests()
    {
        NoteWriter notes = new NoteWriter().Add("LINUX", 0x700, Note("eth0", "first")).Add("LINUX", 0x700, Note("twin", "a")).Add("LINUX", 0x700, Note("twin", "bb"));
        File.WriteAllBytes(_path, new ElfVmcoreWriter().Notes(notes.AddVmcoreinfo()).Segment(0, new byte[4096]).ToArray());
    }

    public void Dispose() => File.Delete(_path);

    private static byte[] Note(string name, string data) => new WireWriter().Text(name, 44).Bytes(Encoding.ASCII.GetBytes(data)).ToArray();

    [Fact]
    public void ListsThem()
    {
        string text = CliRun.Of("info", _path).Out;
        Assert.Contains("Device dumps", text);
        Assert.Contains("0   eth0", text);
        var json = JObject.Parse(CliRun.Of("info", _path, "--json").Out);
        Assert.Equal(["eth0 5", "twin 1", "twin 2"], json["deviceDumps"]!.Select(device => $"{device["name"]} {device["bytes"]}"));
    }

    [Fact]
    public void WritesOneByNameOrNumber()
    {
        Assert.Equal((0, "first"), (CliRun.Of("read", _path, "--device-dump", "eth0").Code, CliRun.Of("read", _path, "--device-dump", "eth0").Out));
        Assert.Equal("bb", CliRun.Of("read", _path, "--device-dump", "2").Out);
    }

    [Fact]
    public void SaysWhatThereIs()
    {
        CliRun run = CliRun.Of("read", _path, "--device-dump", "wlan0");
        Assert.Equal(1, run.Code);
        Assert.EndsWith("there is no device dump wlan0; it has 0 \"eth0\", 1 \"twin\", 2 \"twin\"", run.ErrorLine);
        Assert.Contains("more than one device dump is named twin; give its number", CliRun.Of("read", _path, "--device-dump", "twin").ErrorLine);
        Assert.Equal(1, CliRun.Of("read", _path, "--device-dump", "3").Code);
    }

    [Fact]
    public void RefusesCombinationsThatMakeNoSense()
    {
        foreach (string[] arguments in new[] { new[] { "--device-dump", "0", "--length", "1" }, ["--device-dump", "0", "--phys", "0"], ["--phys", "0"], ["--length", "1"] })
        {
            Assert.Equal(2, CliRun.Of(["read", _path, .. arguments]).Code);
        }
    }
}
