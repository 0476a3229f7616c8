// BtfEntry: BTF type information.
using VaQuest.Binary;
using VaQuest.DebugInfo.Btf;
using VaQuest.Fuzz.Engine;
using VaQuest.TestKit.Tables;

namespace VaQuest.Fuzz.Entries;

/// <summary>Opens a blob and looks up structures, fields and enumerators.</summary>
internal sealed class BtfEntry() : FuzzEntry("btf")
{
    private static readonly string[] s_names = ["shape", "point", "", "state", "u64", "task_struct"];

    public override IEnumerable<FuzzSeed> Seeds => [new(Build())];

    public override void Run(byte[] input)
    {
        BtfCatalog catalog = BtfCatalog.Open(new ByteRegion(input), "fuzz", null, 8);
        foreach (string name in s_names)
        {
            if (catalog.FindStruct(name) is { } type)
            {
                _ = (type.ByteSize, type.FindField("whole.y")?.ByteOffset, type.FindField("raw")?.BitOffset, type.FindField("id.x.y.z"));
            }

            _ = catalog.FindEnum(name)?.FindValue("ON");
        }

        _ = catalog.FindEnumerator("ON");
        Require(catalog.Count <= input.Length / 12, "types have 12 bytes at least");
    }

    private static byte[] Build()
    {
        var builder = new BtfBuilder();
        int word = builder.AddInt("long unsigned int", 8);
        int alias = builder.AddTypedef("u64", builder.AddConst(word));
        int point = builder.AddStruct("point", 16, false, ("x", alias, 0, 0), ("y", word, 64, 0));
        int anonymous = builder.AddStruct("", 16, true, ("whole", point, 0, 0), ("raw", builder.AddPointer(point), 0, 0));
        builder.AddStruct("shape", 40, false, ("id", word, 0, 0), ("", anonymous, 64, 0), ("list", builder.AddArray(word, word, 2), 192, 0));
        builder.AddEnum("state", true, ("OFF", -1), ("ON", 2));
        builder.AddEnum64("wide", ("HUGE", 0x8000000000000001));
        builder.AddForward("task_struct");
        return builder.Build();
    }
}
