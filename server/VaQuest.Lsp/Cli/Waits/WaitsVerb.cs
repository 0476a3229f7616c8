// WaitsVerb: `vaquest waits`.
using System.CommandLine;
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Explain.Waits.Picture;
using VaQuest.Diagnosis.Sessions;

namespace VaQuest.Lsp.Cli.Waits;

/// <summary>Prints who waits for whom.</summary>
internal sealed class WaitsVerb : DumpVerb
{
    private readonly Option<bool> _all = new("--all") { Description = "Every task that sleeps, also those that wait for an event as they should." };

    private readonly Option<bool> _dot = new("--dot") { Description = "The graph in the language of Graphviz: vaquest waits --dot vmcore | dot -Tsvg -o waits.svg" };

    public WaitsVerb()
        : base("waits", "Print which tasks wait for which locks, work or grace periods, who has them, and where it ends: deadlocks first.")
    {
        Add(_all);
        Add(_dot);
    }

    protected override int Answer(IDumpSession session, ParseResult arguments, Output output, CancellationToken cancellation)
    {
        session.GetTasks(cancellation);
        WaitGraph graph = session.GetWaits(arguments.GetValue(_all), cancellation);
        if (IsJson(arguments))
        {
            WaitsJson.Write(output.Out, graph);
        }
        else if (arguments.GetValue(_dot))
        {
            output.Out.Write(PictureDot.Render(WaitPicture.Outline(graph, PictureLimits.File)));
        }
        else
        {
            output.Write(WaitGraphRenderer.Render(graph));
        }

        return ExitCode.Answered;
    }
}
