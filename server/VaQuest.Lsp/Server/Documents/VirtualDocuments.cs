// VirtualDocuments: documents the server generates, under vaquest: or as read-only files for clients that know no other.
using System.Collections.Concurrent;
using VaQuest.Binary;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Browse;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Server.Dumps;

namespace VaQuest.Lsp.Server.Documents;

/// <summary>
/// Addresses are <c>vaquest:/&lt;id&gt;/report.crash</c>, <c>…/log.oops</c>, <c>…/waits.crash</c>, <c>…/stacks/&lt;function&gt;.crash</c>, the documents of
/// <see cref="ObjectPage"/> and <see cref="KernelPage"/>, and the pages of <see cref="RulePage"/> and <see cref="MissingSource"/>. Nothing is kept that the address does not say: a text is made again
/// when it is asked for.
/// </summary>
public sealed class VirtualDocuments(DumpRegistry dumps, ServerLog log) : IDisposable
{
    public const string Scheme = "vaquest";
    public const string ReportName = "report.crash";
    public const string LogName = "log.oops";
    public const string WaitsName = "waits.crash";

    /// <summary>Stands for a dump in the addresses of pages that belong to a text log.</summary>
    private const string NoDump = "log";

    /// <summary>Addresses remembered for refreshing; more documents of one session nobody looks at.</summary>
    private const int MaxShown = 1000;

    private const string StacksFolder = "stacks/";
    private const string StacksExtension = ".crash";

    private readonly ConcurrentDictionary<string, string> _virtualByFile = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _shown = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private string? _directory;

    /// <summary>True when the client shows vaquest: documents itself.</summary>
    public bool ClientShowsContent { get; set; }

    /// <summary>The address to hand out for a document of a dump; writes the file when the client needs one.</summary>
    public string PublicUri(OpenDump dump, string name, CancellationToken cancellation)
    {
        string uri = UriOf(dump.Id, name);
        if (ClientShowsContent)
        {
            Remember(uri);
            return uri;
        }

        string text = TextOf(dump, name, cancellation)?.Text ?? string.Empty;
        return WriteFile(uri, dump.Id, name, text);
    }

    /// <summary>The address of the page about a source file that is not on this machine; null when the file's name cannot be part of one.</summary>
    /// <param name="dump">The open dump whose source it is; null for a text log.</param>
    /// <param name="location">The file and line.</param>
    /// <param name="cancellation">Set when nobody waits any more.</param>
    public string? MissingSourceUri(OpenDump? dump, SourceLocation location, CancellationToken cancellation)
    {
        if (MissingSource.PageName(location) is not { } name)
        {
            return null;
        }

        if (dump is not null)
        {
            return PublicUri(dump, name, cancellation);
        }

        string uri = UriOf(NoDump, name);
        return ClientShowsContent ? uri : WriteFile(uri, NoDump, name, MissingSource.Render(location, null).Text);
    }

    /// <summary>The addresses of a dump's documents that were handed out; the client may show any of them.</summary>
    public IReadOnlyList<string> ShownOf(OpenDump dump) =>
        [.. _shown.Keys.Where(uri => uri.StartsWith($"{Scheme}:/{dump.Id}/", StringComparison.Ordinal))];

    /// <summary>The name of the document that lists the tasks inside a function.</summary>
    public static string StacksName(string function) => StacksFolder + function + StacksExtension;

    /// <summary>The generated document behind an address, or null when the address is not one or its dump is not open.</summary>
    /// <param name="uri">As the client spells it.</param>
    /// <param name="cancellation">Set when nobody waits any more.</param>
    public (OpenDump Dump, AnnotatedText Text)? Find(string uri, CancellationToken cancellation)
    {
        return Place(uri) is var (dump, name) && TextOf(dump, name, cancellation) is { } text ? (dump, text) : null;
    }

    /// <summary>The open dump that a document belongs to, or null.</summary>
    public OpenDump? FindDump(string uri) => Place(uri)?.Dump;

    /// <summary>True for the address of an open dump's report.</summary>
    public bool IsReport(string uri) => Place(uri)?.Name == ReportName;

    /// <summary>The text behind an address, also of a page that belongs to no dump; null when there is none.</summary>
    public string? FindText(string uri, CancellationToken cancellation)
    {
        if (Find(uri, cancellation) is { } found)
        {
            return found.Text.Text;
        }

        string? path = DocumentUri.VirtualPath(uri);
        return path?.StartsWith(NoDump + "/", StringComparison.Ordinal) == true && MissingSource.LocationOf(path[(NoDump.Length + 1)..]) is { } location
            ? MissingSource.Render(location, null).Text
            : null;
    }

    /// <summary>Removes the files of a dump that was closed.</summary>
    public void Forget(OpenDump dump)
    {
        foreach (string uri in ShownOf(dump))
        {
            _shown.TryRemove(uri, out _);
        }

        foreach ((string file, string uri) in _virtualByFile)
        {
            if (uri.StartsWith($"{Scheme}:/{dump.Id}/", StringComparison.Ordinal) && _virtualByFile.TryRemove(file, out _)
                && DocumentUri.ToPath(file) is { } path)
            {
                TryDelete(path);
            }
        }
    }

    /// <summary>Writes the files of a dump again, after it was read with other settings.</summary>
    public void Rewrite(OpenDump dump, CancellationToken cancellation)
    {
        foreach (string uri in _virtualByFile.Values)
        {
            string prefix = $"{Scheme}:/{dump.Id}/";
            if (uri.StartsWith(prefix, StringComparison.Ordinal))
            {
                PublicUri(dump, Uri.UnescapeDataString(uri[prefix.Length..]), cancellation);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_directory is null)
            {
                return;
            }

            try
            {
                Directory.Delete(_directory, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                log.Warning($"Could not remove {_directory}: {error.Message}");
            }

            _directory = null;
        }
    }

    private (OpenDump Dump, string Name)? Place(string uri)
    {
        string? path = DocumentUri.VirtualPath(_virtualByFile.GetValueOrDefault(DocumentUri.KeyOf(uri), uri));
        int slash = path?.IndexOf('/') ?? -1;
        return path is null || slash < 0 || dumps.FindById(path[..slash]) is not { } dump ? null : (dump, path[(slash + 1)..]);
    }

    private static AnnotatedText? TextOf(OpenDump dump, string name, CancellationToken cancellation) => name switch
    {
        ReportName => dump.Session.GetReport(cancellation),
        LogName => dump.Session.GetLog(cancellation),
        WaitsName => dump.Session.GetWaitsText(cancellation),
        _ when name.StartsWith(StacksFolder, StringComparison.Ordinal) && name.EndsWith(StacksExtension, StringComparison.Ordinal)
            && name.Length > StacksFolder.Length + StacksExtension.Length =>
            StacksText.Render(dump.Session, name[StacksFolder.Length..^StacksExtension.Length], cancellation),
        _ when ObjectPage.Parse(name) is { } page => dump.Session.GetObject(page.Address, page.Type, cancellation),
        _ when KernelPage.Parse(name) is { } page => PageText(dump, page, cancellation),
        _ when RulePage.Find(name) is { } page => page,
        _ when MissingSource.LocationOf(name) is { } location => MissingSource.Render(location, SourceOf(dump, location, cancellation)),
        _ => null,
    };

    // A page that cannot be made says so in its document: links to it must not fail without a word.
    private static AnnotatedText PageText(OpenDump dump, (string Page, string? Argument) page, CancellationToken cancellation)
    {
        try
        {
            return PageRenderer.Render(dump.Session.GetPage(page.Page, page.Argument, cancellation));
        }
        catch (DumpFormatException error)
        {
            return new AnnotatedText(DumpText.Escape(error.Message) + "\n", [], []);
        }
    }

    private static ResolvedSource? SourceOf(OpenDump dump, SourceLocation location, CancellationToken cancellation) =>
        dump.Session.FindSources(new SpanTarget { Source = location }, cancellation).FirstOrDefault(source => source.LocalPath is not null);

    private static string UriOf(string id, string name) => $"{Scheme}:/{id}/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}";

    private void Remember(string uri)
    {
        if (_shown.Count < MaxShown)
        {
            _shown.TryAdd(uri, 0);
        }
    }

    private string WriteFile(string uri, string dumpId, string name, string text)
    {
        lock (_gate)
        {
            // The system makes the directory readable by this user alone (0700): dumps hold secrets.
            _directory ??= Directory.CreateTempSubdirectory("vaquest-").FullName;
            string folder = Path.Combine(_directory, dumpId);
            Directory.CreateDirectory(folder);
            string path = Path.Combine(folder, FileNameOf(name));
            TryDelete(path);
            File.WriteAllText(path, text);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead);
            }

            string fileUri = DocumentUri.FromPath(path);
            _virtualByFile[DocumentUri.KeyOf(fileUri)] = uri;
            return fileUri;
        }
    }

    // A function's name comes from the dump: only harmless characters reach the file system.
    private static string FileNameOf(string name)
    {
        Span<char> safe = stackalloc char[Math.Min(name.Length, 120)];
        int skip = name.Length - safe.Length;
        for (int i = 0; i < safe.Length; i++)
        {
            char c = name[skip + i];
            safe[i] = char.IsAsciiLetterOrDigit(c) || (c == '.' && i > 0) ? c : '_';
        }

        return new string(safe);
    }

    private void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.Warning($"Could not remove {path}: {error.Message}");
        }
    }
}
