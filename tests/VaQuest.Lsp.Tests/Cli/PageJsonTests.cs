// PageJsonTests: pages as JSON: kinds of cells, notes, numbers that JSON cannot hold.
using Newtonsoft.Json.Linq;
using VaQuest.Binary;
using VaQuest.Diagnosis.Browse;
using VaQuest.Lsp.Cli.Pages;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

public sealed class PageJsonTests
{
    [Fact]
    public void WritesEveryKindOfCell()
    {
        Table record = Table.Record(
            "thing",
            "Thing",
            ("number", "", Cell.Of(-7L)),
            ("large", "", Cell.Of(ulong.MaxValue)),
            ("bytes", "", Cell.Bytes(4096, "")),
            ("hex", "", Cell.Hex(0x42)),
            ("address", "", Cell.Address(new VirtAddr(0xffff888000000000), "")),
            ("flag", "", Cell.Mark(true, "deleted")),
            ("absent", "", Cell.Absent("page excluded")),
            ("none", "", Cell.None("it has none")),
            ("list", "", Cell.List([Cell.Of("a"), Cell.Of(2L)])),
            ("text", "", Cell.Of("a\u001bb")));
        JToken thing = Write(new Page("thing", "Thing", [record]))["thing"]!;
        Assert.True(JToken.DeepEquals(
            JObject.Parse("""
                {
                  "number": -7, "large": "18446744073709551615", "bytes": 4096, "hex": "0x42", "address": "0xffff888000000000", "flag": true,
                  "absent": {"absent": "page excluded"}, "none": {"absent": "it has none"}, "list": ["a", 2], "text": "a\u001bb"
                }
                """),
            thing), thing.ToString());
    }

    [Fact]
    public void WritesTablesAsListsAndNotesWithTheirTable()
    {
        var table = new Table("rows", "Rows", [new("pid", "PID"), new("hidden", "")], [[Cell.Of(1L), Cell.Of("x")], [Cell.Of(2L), Cell.Of("y")]]) { Notes = ["broken"] };
        JObject page = Write(new Page("things", "Things", [table]));
        Assert.Equal(("vaquest.things/1", "Things"), ((string?)page["schema"], (string?)page["title"]));
        Assert.Equal(["x", "y"], page["rows"]!.Select(row => (string?)row["hidden"]));
        Assert.Equal(("rows", "broken"), ((string?)page["notes"]![0]!["table"], (string?)page["notes"]![0]!["text"]));
    }

    private static JObject Write(Page page)
    {
        using var text = new StringWriter();
        PageJson.Write(text, page);
        return JObject.Parse(text.ToString());
    }
}
