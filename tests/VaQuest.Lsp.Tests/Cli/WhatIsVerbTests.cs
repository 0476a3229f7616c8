// WhatIsVerbTests: `vaquest whatis` over the dump in the repository: text, JSON contract, standard input, errors.
using Newtonsoft.Json.Linq;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

public sealed class WhatIsVerbTests
{
    private static string Dump => Lab.Sample()!.Vmcore;

    [Fact]
    public void KeepsTheJsonContract()
    {
        JObject init = JObject.Parse(CliRun.Of("print", Dump, "&init_task", "--json", "--no-debuginfo").Out);
        string address = (string)init["value"]!;
        JObject answer = JObject.Parse(CliRun.Of("whatis", Dump, address, "0", "--json", "--no-debuginfo").Out);
        Assert.Equal("vaquest.whatis/1", (string?)answer["schema"]);
        Assert.Equal([address, "0x0"], answer["addresses"]!.Select(one => (string)one["address"]!));
        Assert.Equal(["symbol", "null"], answer["addresses"]!.Select(one => (string)one["kind"]!));
        Assert.StartsWith("init_task+0x0/", (string?)answer["addresses"]![0]!["text"], StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsStandardInputInOrder()
    {
        CliRun run = CliRun.WithInput("0x18 fffffffffffffffe\n\n57ac6e9d\n", "whatis", Dump, "0", "-", "--no-debuginfo");
        Assert.Equal(0, run.Code);
        Assert.Equal(["0x0", "0x18", "0xfffffffffffffffe", "0x57ac6e9d"], run.Out.Split('\n').Where(line => line.StartsWith("0x", StringComparison.Ordinal)).Select(line => line[..line.IndexOf(':')]));
    }

    [Fact]
    public void TakesPhysicalAddressesAndPageFrames()
    {
        string byAddress = CliRun.Of("whatis", Dump, "1000", "--phys", "--no-debuginfo").Out;
        string byFrame = CliRun.Of("whatis", Dump, "1", "--pfn", "--no-debuginfo").Out;
        Assert.Contains(": physical 0x1000: ", byAddress, StringComparison.Ordinal);
        Assert.Contains(": page frame 0x1: ", byFrame, StringComparison.Ordinal);
        Assert.Equal(byAddress[..byAddress.IndexOf(':')], byFrame[..byFrame.IndexOf(':')]);
        Assert.Contains("no machine has memory there", CliRun.Of("whatis", Dump, "ffffffffffffffff", "--phys", "--no-debuginfo").Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xyz", "\"xyz\" is no address")]
    [InlineData("0x12345678123456789", "is no address")]
    public void RefusesWhatIsNoNumber(string word, string says)
    {
        CliRun run = CliRun.Of("whatis", Dump, word, "--no-debuginfo");
        Assert.Equal(2, run.Code);
        Assert.Contains(says, run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesTwoMeaningsAtOnce() => Assert.Equal(2, CliRun.Of("whatis", Dump, "1", "--phys", "--pfn", "--no-debuginfo").Code);
}
