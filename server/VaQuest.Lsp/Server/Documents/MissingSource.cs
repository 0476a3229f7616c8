// MissingSource: what to tell about a source file that is not on this machine: one sentence, or a page instead of a dead link.
using System.Globalization;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Server.Documents;

/// <summary>The page's name says everything that is on it, so that it can be made again at any time: <c>source/LINE/FILE (not found).txt</c>.</summary>
internal static class MissingSource
{
    private const string Folder = "source/";
    private const string Relative = ".relative/";
    private const string Suffix = " (not found).txt";

    /// <summary>Characters of a file's path; Linux allows no more.</summary>
    private const int MaxPath = 4096;

    /// <summary>For a hover, a status or a log.</summary>
    public static string Sentence(SourceLocation location) =>
        $"{DumpText.Escape(location.RelativeFile)} is not on this machine: choose the folder it is in (setting vaquest.sourceRoots or vaquest.sourceMap)";

    /// <summary>The name of the page, or null when the file's name cannot be part of an address.</summary>
    public static string? PageName(SourceLocation location)
    {
        string file = location.File;
        bool isUsable = file.Length is > 0 and < MaxPath && !file.Any(char.IsControl) && !file.Split('/').Any(part => part is "." or "..")
            && !file.Contains("//", StringComparison.Ordinal) && !file.EndsWith('/');
        string line = location.Line.ToString(CultureInfo.InvariantCulture);
        return isUsable ? $"{Folder}{line}/{(file[0] == '/' ? file[1..] : Relative + file)}{Suffix}" : null;
    }

    /// <summary>The position a page is about, or null when the name is not one of a page.</summary>
    public static SourceLocation? LocationOf(string name)
    {
        if (!name.StartsWith(Folder, StringComparison.Ordinal) || !name.EndsWith(Suffix, StringComparison.Ordinal))
        {
            return null;
        }

        string[] parts = name[Folder.Length..^Suffix.Length].Split('/', 2);
        bool isKnown = parts.Length == 2 && parts[1].Length > 0 && parts[1].Length < MaxPath
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (!isKnown)
        {
            return null;
        }

        string file = parts[1].StartsWith(Relative, StringComparison.Ordinal) ? parts[1][Relative.Length..] : "/" + parts[1];
        return new SourceLocation(file, int.Parse(parts[0], CultureInfo.InvariantCulture), 0, string.Empty);
    }

    /// <summary>The page.</summary>
    /// <param name="location">From <see cref="LocationOf"/>.</param>
    /// <param name="source">Where the file is now, when it has been found since; else null.</param>
    public static AnnotatedText Render(SourceLocation location, ResolvedSource? source)
    {
        var text = new AnnotatedTextBuilder();
        string file = DumpText.Escape(location.File);
        string name = file[(file.LastIndexOf('/') + 1)..];
        if (source?.LocalPath is { } path)
        {
            text.Write($"{name} is on this machine", SpanKind.Heading).EndLine().WriteLine();
            text.Write("The frame leads to ").Write(FormattableString.Invariant($"{path}:{source.Line}"), SpanKind.Source, new SpanTarget { Source = location });
            return text.EndLine().Build();
        }

        text.Write($"{name} is not on this machine", SpanKind.Heading).EndLine().WriteLine();
        text.WriteLine(FormattableString.Invariant($"The frame leads to line {location.Line} of"));
        text.WriteLine("    " + file);
        text.WriteLine("as the compiler named it. None of the source folders that VaQuest knows has this file.").WriteLine();
        text.WriteLine("To see the source, do one of these, then follow the frame again:");
        text.WriteLine("  - run \"VaQuest: Select Source Folder...\" and choose the kernel tree, or the folder of the module's source");
        text.WriteLine("  - add that folder to the setting vaquest.sourceRoots");
        text.WriteLine("  - map the beginning of the path above to a folder of this machine with the setting vaquest.sourceMap");
        return text.Build();
    }
}
