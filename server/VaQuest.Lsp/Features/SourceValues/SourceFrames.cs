// SourceFrames: which frames of the open dumps' crashed stacks stand in a source file.
using System.Runtime.CompilerServices;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Lsp.Server.Documents;
using VaQuest.Lsp.Server.Dumps;

namespace VaQuest.Lsp.Features.SourceValues;

/// <summary>
/// Source files are not synchronised: a file is one of the crash only when a frame's source was found there, and its text is read from disk.
/// </summary>
internal sealed class SourceFrames(DumpRegistry dumps)
{
    /// <summary>Bytes of the largest source file that is read; the kernel's largest generated headers have about 20 MB.</summary>
    private const long MaxFile = 32 << 20;

    // A session is replaced when settings change, and what was resolved goes with it.
    private readonly ConditionalWeakTable<ICrashSession, Lazy<Dictionary<string, List<Place>>>> _places = [];

    /// <summary>Frames in a file, innermost first; of the dump that was opened with the first path when several have some.</summary>
    public IReadOnlyList<FrameInFile> Find(string uri, CancellationToken cancellation)
    {
        if (DocumentUri.ToPath(uri) is not { } path)
        {
            return [];
        }

        var found = new List<FrameInFile>();
        foreach (OpenDump dump in dumps.All)
        {
            ICrashSession session = dump.Session;
            Lazy<Dictionary<string, List<Place>>> places = _places.GetValue(session, key => new(() => Resolve(key, CancellationToken.None)));
            cancellation.ThrowIfCancellationRequested();
            if (places.Value.TryGetValue(path, out List<Place>? here))
            {
                found.AddRange(here.Select(place => new FrameInFile(dump, place.Frame, place.Line, place.FirstLine, place.LastLine)));
            }
        }

        return found;
    }

    /// <summary>A line of a file of the crash; null when it cannot be read or is not there.</summary>
    /// <param name="uri">An address for which <see cref="Find"/> had frames.</param>
    /// <param name="line">1-based.</param>
    public static string? ReadLine(string uri, int line)
    {
        try
        {
            string path = DocumentUri.ToPath(uri)!;
            return line > 0 && new FileInfo(path).Length <= MaxFile ? File.ReadLines(path).ElementAtOrDefault(line - 1) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Dictionary<string, List<Place>> Resolve(ICrashSession session, CancellationToken cancellation)
    {
        var places = new Dictionary<string, List<Place>>(StringComparer.Ordinal);
        foreach (CrashFrame frame in session.GetCrashFrames(cancellation))
        {
            string? caller = PathOf(session, frame.Location, cancellation);
            string? body = frame.Body is { } first ? PathOf(session, first, cancellation) : null;
            if (caller is not null)
            {
                bool isSame = caller == body;
                Add(places, caller, new Place(frame, frame.Location.Line, isSame ? frame.Body!.Line : 0, isSame ? frame.LastLine : 0));
            }

            if (body is not null && body != caller)
            {
                Add(places, body, new Place(frame, 0, frame.Body!.Line, frame.LastLine));
            }
        }

        return places;
    }

    private static void Add(Dictionary<string, List<Place>> places, string path, Place place)
    {
        if (!places.TryGetValue(path, out List<Place>? list))
        {
            places[path] = list = [];
        }

        list.Add(place);
    }

    private static string? PathOf(ICrashSession session, SourceLocation location, CancellationToken cancellation) =>
        session.FindSources(new SpanTarget { Source = location }, cancellation).Select(source => source.LocalPath).FirstOrDefault(path => path is not null);

    private sealed record Place(CrashFrame Frame, int Line, int FirstLine, int LastLine);
}
