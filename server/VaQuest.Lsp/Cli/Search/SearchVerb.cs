// SearchVerb: `vaquest search`.
using System.CommandLine;
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Diagnosis.Search;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Dumps.Scanning;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.Search;

/// <summary>Searches all memory of the dump for pointers; as text each place is printed when it is found.</summary>
internal sealed class SearchVerb : DumpVerb
{
    private const int DefaultLimit = 1000;

    private readonly Argument<string?> _what = new("VALUE|SYMBOL")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A word in hexadecimal, with or without 0x; or a symbol, whose whole object is meant.",
    };

    private readonly Option<string?> _object = new("--object") { HelpName = "ADDR", Description = "Pointers into the object that holds this address: a slab object, a symbol, a task's stack." };
    private readonly Option<string?> _range = new("--range") { HelpName = "START-END", Description = "Words from START to below END." };
    private readonly Option<int> _limit = new("--limit") { HelpName = "N", DefaultValueFactory = _ => DefaultLimit, Description = "Stop after N places." };

    public SearchVerb()
        : base("search", "Search all memory for a word, or for pointers to an object, and say what each place belongs to.")
    {
        Add(_what);
        Add(_object);
        Add(_range);
        Add(_limit);
    }

    public override bool StopsOnSignal => true;

    protected override int Answer(IDumpSession session, ParseResult arguments, Output output, CancellationToken cancellation)
    {
        PointerTarget target = TargetOf(session, arguments);
        int limit = arguments.GetValue(_limit);
        if (limit < 1)
        {
            throw new UsageException("--limit takes a number above 0");
        }

        bool isJson = IsJson(arguments);
        var hits = new List<PointerHit>();
        ScanSummary summary;
        using (var progress = new ProgressLine(output, "searching"))
        {
            summary = session.FindPointers(
                target,
                hit =>
                {
                    hits.Add(hit);
                    if (!isJson)
                    {
                        Write(output, hit, target);
                    }

                    return hits.Count < limit;
                },
                progress,
                cancellation);
        }

        if (isJson)
        {
            WriteJson(output.Out, target, hits, summary);
        }
        else
        {
            output.Out.WriteLine(Summarise(target, hits.Count, summary));
        }

        if (summary.PagesNotRead > 0)
        {
            output.WriteWarning(FormattableString.Invariant($"{session.Path}: {summary.PagesNotRead} pages could not be read; what they hold was not searched"));
        }

        return ExitCode.Answered;
    }

    private PointerTarget TargetOf(IDumpSession session, ParseResult arguments)
    {
        string? what = arguments.GetValue(_what);
        string? inObject = arguments.GetValue(_object);
        string? range = arguments.GetValue(_range);
        if (new[] { what, inObject, range }.Count(given => given is not null) != 1)
        {
            throw new UsageException("say one of VALUE, SYMBOL, --object ADDR and --range START-END; see vaquest search --help");
        }

        if (inObject is not null)
        {
            return Numbers.TryParseAddress(inObject, out ulong address)
                ? session.FindObject(new VirtAddr(address))
                : throw new UsageException($"--object takes an address in hexadecimal, not \"{inObject}\"");
        }

        return range is null ? session.ParsePointerTarget(what!) : RangeOf(range);
    }

    private static PointerTarget RangeOf(string text)
    {
        string[] ends = text.Split('-');
        if (ends.Length == 2 && Numbers.TryParseAddress(ends[0], out ulong start) && Numbers.TryParseAddress(ends[1], out ulong end) && end > start)
        {
            return new PointerTarget(start, end - start, $"{Words.Hex(start)}-{Words.Hex(end)}");
        }

        throw new UsageException($"--range takes START-END in hexadecimal with END above START, not \"{text}\"");
    }

    private static void Write(Output output, PointerHit hit, PointerTarget target)
    {
        string place = Words.FullHex(hit.Place?.Value ?? hit.Physical.Value) + (hit.Place is null ? " (physical)" : "");
        string value = target.Length > 1 ? "  " + Words.FullHex(hit.Value) : "";
        output.Out.WriteLine($"{place}{value}  {DumpText.Escape(hit.What.Text)}");
        output.Out.Flush();
    }

    private static string Summarise(PointerTarget target, int count, ScanSummary summary)
    {
        string end = summary.IsStopped ? "; the search stopped there: --limit allows more" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Words.Count(count, "place")} with {(target.Length > 1 ? "pointers to " : "")}{DumpText.Escape(target.Text)}, in {summary.PagesRead} pages{end}");
    }

    private static void WriteJson(TextWriter writer, PointerTarget target, List<PointerHit> hits, ScanSummary summary)
    {
        using var json = new JsonOutput(writer, "search");
        json.Object("target", () =>
        {
            json.Hex("start", target.Start);
            json.Integer("length", target.Length);
            json.Text("text", target.Text);
        });
        json.Objects("hits", hits, hit =>
        {
            json.Address("address", hit.Place, "no virtual address of it is known");
            json.Hex("physical", hit.Physical.Value);
            json.Hex("value", hit.Value);
            json.Text("kind", hit.What.Kind);
            json.Text("text", hit.What.Text);
        });
        json.Integer("pagesSearched", summary.PagesRead);
        json.Integer("pagesNotRead", summary.PagesNotRead);
        json.Flag("stopped", summary.IsStopped);
    }
}
