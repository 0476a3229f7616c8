// LabValuesTests: values of frames, globals and containers of real crashes against the scenario's source.
using System.Globalization;
using Newtonsoft.Json.Linq;
using VaQuest.Binary;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Diagnosis.Values.Expressions;
using VaQuest.Kernel.Unwind;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Values;

public sealed class LabValuesTests
{
    private const string Scenario = "lab-values";

    private static readonly EvaluationScope s_noFrame = new();

    [LabTheory]
    [LabDumps]
    public void ReadsGlobalsAsTheSourceSetThem(string kernel, string scenario) => With(kernel, scenario, (session, expected) =>
    {
        var truth = new LabTruth(session.Values!, s_noFrame);
        foreach (JProperty global in ((JObject)expected["globals"]!).Properties())
        {
            truth.Check(global.Name, global.Value);
        }

        Assert.Empty(truth.Differences);
        Assert.InRange(truth.Compared, 50, int.MaxValue);
    });

    [LabTheory]
    [LabDumps]
    public void ReadsArgumentsAndLocalsOfEveryFrame(string kernel, string scenario) => With(kernel, scenario, (session, expected) =>
    {
        StackTrace stack = session.GetCrashReport(CancellationToken.None).Stacks.First(s => s.IsPanicStack);
        var differences = new List<string>();
        int known = 0;
        foreach (JToken frame in expected["frames"]!)
        {
            int index = stack.Frames.First(f => f.Function == (string)frame["function"]!).Index;
            LabTruth truth = CheckFrame(session.Values!, stack, index, frame);
            differences.AddRange(truth.Differences.Select(difference => $"{frame["function"]}: {difference}"));
            known += truth.Compared;
        }

        Assert.Empty(differences);
        Assert.InRange(known, 20, int.MaxValue);
    });

    [LabTheory]
    [LabDumps]
    public void WalksContainersAsTheSourceFilledThem(string kernel, string scenario) => With(kernel, scenario, (session, expected) =>
    {
        var truth = new LabTruth(session.Values!, s_noFrame);
        int walked = 0;
        foreach (JProperty container in ((JObject)expected["containers"]!).Properties())
        {
            string kind = (string)container.Value["kind"]! switch { "maple" => "maple_tree", var other => other };
            string member = container.Value["member"] is { } name ? $", {name}" : "";
            string walk = $"{kind}(&{container.Name}, {container.Value["type"]}{member})";
            Evaluation evaluation = session.Values!.Evaluate(walk, s_noFrame, CancellationToken.None);
            JArray entries = (JArray)container.Value["entries"]!;
            Assert.Null(evaluation.Damage);
            Assert.Equal((container.Name, entries.Count), (container.Name, evaluation.Items!.Count));
            for (int i = 0; i < entries.Count; i++)
            {
                CheckEntry(truth, $"{walk}[{i}]", entries[i], evaluation.Items[i].Label);
            }

            walked++;
        }

        Assert.Empty(truth.Differences);
        Assert.InRange(walked, 8, int.MaxValue);
    });

    /// <summary>Errors point at the character that is to blame.</summary>
    [LabTheory]
    [LabDumps]
    public void PointsAtTheCharacterThatIsToBlame(string kernel, string scenario) => With(kernel, scenario, (session, _) =>
    {
        foreach ((string expression, int position, string message) in new[]
        {
            ("init_task.nothing", 10, "no member"),
            ("1 + nobody_has_this_name", 4, "no symbol"),
            ("(struct nobody_has_this_tag *)1", 8, "no struct"),
            ("*5", 0, "no pointer"),
            ("&7", 0, "no address"),
            ("1 / 0", 2, "zero"),
            ("per_cpu(runqueues, 9999)", 8, "no CPU 9999"),
            ("list(&lab_list, struct parcel, nothing)", 31, "no member"),
        })
        {
            var error = Assert.Throws<ExpressionException>(() => session.Values!.Evaluate(expression, s_noFrame, CancellationToken.None));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
            Assert.Equal((expression, position), (expression, error.Position));
        }
    });

    /// <summary>The document of an object has its pointers as spans with the type of what they lead to.</summary>
    [LabTheory]
    [LabDumps]
    public void RendersObjectsWithPointersThatLeadOn(string kernel, string scenario) => With(kernel, scenario, (session, _) =>
    {
        VirtAddr address = session.Values!.Evaluate("*lab_parcel", s_noFrame, CancellationToken.None).Value.Address!.Value;
        AnnotatedText document = session.Values.RenderObject(address, "struct parcel", CancellationToken.None);

        Assert.Contains(".label = \"first\"", document.Text, StringComparison.Ordinal);
        TextSpan self = document.Spans.First(span => span.Target?.ObjectType == "struct parcel");
        Assert.Equal(address, self.Target!.Address);
        Assert.Contains(document.Spans, span => span.Target?.ObjectType == "struct parcel_ops");
    });

    private static LabTruth CheckFrame(SessionValues values, StackTrace stack, int index, JToken frame)
    {
        FrameValues found = values.ReadFrame(stack, index);
        var truth = new LabTruth(values, new EvaluationScope(stack, index));
        IEnumerable<string> arguments = found.Values.Where(value => value.IsArgument).Select(value => value.Name);
        Assert.Equal(frame["arguments"]!.Select(name => (string)name!), arguments);
        foreach (JProperty value in Members(frame["values"]).Concat(Members(frame["mayBeAbsent"]).Where(v => found.Find(v.Name) is { Absence: null })))
        {
            truth.Check(value.Name, value.Value);
        }

        foreach (JProperty value in Members(frame["fromCaller"]))
        {
            truth.Check(value.Name, value.Value);
            Assert.True(found.Find(value.Name)!.Value.IsFromCaller, value.Name);
        }

        foreach (JToken name in frame["absent"] ?? new JArray())
        {
            Assert.NotNull(found.Find((string)name!)?.Absence);
        }

        return truth;
    }

    private static IEnumerable<JProperty> Members(JToken? token) => token is JObject members ? members.Properties() : [];

    private static void CheckEntry(LabTruth truth, string path, JToken entry, string? label)
    {
        if (entry is not JArray indexed)
        {
            foreach (JProperty member in ((JObject)entry).Properties())
            {
                truth.Check($"{path}->{member.Name}", member.Value!);
            }

            return;
        }

        string[] indices = [.. indexed.Take(indexed.Count - 1).Select(index => Index((string)index!)).Distinct()];
        Assert.Equal($"[{string.Join('-', indices)}]", label);
        truth.Check(path, indexed.Last!);
    }

    private static string Index(string number) => ulong.Parse(number, CultureInfo.InvariantCulture) is var index && index < 1UL << 32
        ? number : string.Create(CultureInfo.InvariantCulture, $"0x{index:x}");

    // Only the dumps of the scenario have a table of values; the others have nothing to compare.
    private static void With(string kernel, string scenario, Action<IDumpSession, JObject> check)
    {
        LabDump dump = Lab.Find(kernel, scenario)!;
        if (scenario == Scenario && dump.Truth["values"] is JObject truth)
        {
            var options = new SessionOptions { Vmlinux = dump.Vmlinux, DebugDirectories = [dump.PathOf("modules")] };
            using IDumpSession session = DumpSession.Open(dump.Vmcore, options, CancellationToken.None);
            check(session, truth);
        }
    }
}
