// PanicSites: the places in the source where an editor marks the crash.
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>Makes the list of <see cref="PanicSite"/> from a report.</summary>
internal static class PanicSites
{
    /// <summary>The culprit first, then its callers outwards; only frames with lines, no frame of the panic's own handling.</summary>
    public static IReadOnlyList<PanicSite> Find(CrashReport report)
    {
        StackTrace? stack = report.Stacks.FirstOrDefault(s => s.IsPanicStack);
        if (stack is null || report.Panic.CulpritIndex is not { } culprit)
        {
            return [];
        }

        var sites = new List<PanicSite>();
        string message = report.Panic.Explanation.Count > 0 ? string.Join(' ', report.Panic.Explanation) : PanicKinds.NameOf(report.Panic.Kind);
        for (int i = culprit; i < stack.Frames.Count; i++)
        {
            StackFrame frame = stack.Frames[i];
            SourceLocation? place = i == culprit && report.Panic.Fault?.Location is { } blamed ? blamed : frame.Source;
            if (place is { Line: > 0 } source)
            {
                string function = FrameText.FunctionOf(frame);
                string text = i == culprit ? message : $"{Verb(frame)} {function} (frame #{Words.Number(frame.Index)})";
                sites.Add(new PanicSite(source, function, text, frame.Index));
            }
        }

        return sites;
    }

    private static string Verb(StackFrame frame) => frame.Proof == FrameProof.Scan ? "perhaps called from" : frame.Kind switch
    {
        FrameKind.Inlined => "inlined in the call from",
        _ => frame.IsReturnAddress ? "called from" : "interrupted in",
    };
}
